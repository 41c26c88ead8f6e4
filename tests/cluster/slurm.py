"""A Slurm cluster of two nodes on this machine, for as long as a test needs it: munged, slurmctld
and two slurmd, in a folder of their own, all of them processes of ours that end with it."""

import atexit
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

NODES = ("n1", "n2")
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "squeue", "sinfo")
ENVIRONMENT = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin"}
CONFIGURATION = """
ClusterName=boshscope
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire={expire}
SlurmUser=root
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool.%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.%n.log
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SlurmdTimeout={timeout}
ReturnToService=2
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 RealMemory=4000 State=UNKNOWN
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 RealMemory=4000 State=UNKNOWN
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
"""


def why_not():
    """Why there can be no cluster here, or None."""
    missing = [name for name in PROGRAMS if not shutil.which(name, path=ENVIRONMENT["PATH"])]
    if missing:
        return f"{', '.join(missing)} not installed (Debian: slurm-wlm munge)"
    if os.geteuid() != 0:
        return "Slurm's daemons want root"
    return None


def children(pid):
    """All processes below one, as /proc has them now."""
    below = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        below.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, queue = [], [pid]
    while queue:
        more = below.get(queue.pop(), [])
        found += more
        queue += more
    return found


def end(pids):
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def end_with_parent():
    """However the test ends, this process does."""
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


class Cluster:
    def __init__(self, folder, expire=5, timeout=300):
        self.folder = Path(folder)
        self.folder.mkdir()
        (self.folder / "state").mkdir()
        (self.folder / "munge.key").write_bytes(os.urandom(128))
        os.chmod(self.folder / "munge.key", 0o600)
        (self.folder / "slurm.conf").write_text(CONFIGURATION.format(
            host=socket.gethostname(), folder=self.folder, ports=free_ports(3), expire=expire, timeout=timeout))
        self.environment = {**ENVIRONMENT, "SLURM_CONF": str(self.folder / "slurm.conf")}
        self.daemons = {}
        self.killed = set()

    def start(self):
        atexit.register(self.stop)
        munge = [f"--{name}={self.folder}/munge.{suffix}" for name, suffix in
                 (("key-file", "key"), ("socket", "socket"), ("pid-file", "pid"), ("log-file", "log"), ("seed-file", "seed"))]
        self.daemon("munged", "munged", "--foreground", "--force", *munge)
        self.wait(lambda: (self.folder / "munge.socket").exists(), "munged")
        self.daemon("slurmctld", "slurmctld", "-D", "-c")
        for node in NODES:
            self.daemon(node, "slurmd", "-D", "-N", node)
        self.wait(lambda: self.run("sinfo", "-h", "-o", "%D %T").split() == ["2", "idle"], "the nodes")

    def daemon(self, name, *command):
        with open(self.folder / f"{name}.out", "wb") as out:
            self.daemons[name] = subprocess.Popen(command, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                                  start_new_session=True, preexec_fn=end_with_parent)

    def run(self, *command, **more):
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60, **more)
        return done.stdout if done.returncode == 0 else done.stderr

    def wait(self, until, what, seconds=30):
        end = time.monotonic() + seconds
        while not until():
            dead = [name for name, daemon in self.daemons.items() if daemon.poll() is not None and name not in self.killed]
            if dead or time.monotonic() > end:
                raise RuntimeError(f"{what}: {'ended: ' + ', '.join(dead) if dead else f'not there after {seconds} s'}\n{self.logs()}")
            time.sleep(0.2)

    def logs(self):
        return "\n".join(f"--- {path.name}\n" + "\n".join(path.read_text(errors="replace").splitlines()[-15:])
                         for path in sorted(self.folder.glob("*.log")) + sorted(self.folder.glob("*.out")))

    def jobs(self):
        """job or job_task: (state, node)"""
        lines = self.run("squeue", "-h", "-r", "-t", "all", "-o", "%i %T %N").splitlines()
        return {(words := line.split(" "))[0]: (words[1], words[2]) for line in lines}

    def kill_node(self, node):
        """As if its power were cut: the daemon, and all that it has started."""
        self.killed.add(node)
        daemon = self.daemons[node]
        end([daemon.pid, *children(daemon.pid), *self.steps(node)])
        daemon.wait()

    def steps(self, node):
        """What carries out that node's jobs, slurmstepd, with all below it: it leaves its daemon's
        session, but keeps its log open."""
        log, found = str(self.folder / f"slurmd.{node}.log"), []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if "slurmstepd" in (folder / "comm").read_text() and log in [os.readlink(fd) for fd in (folder / "fd").iterdir()]:
                    found.append(int(folder.name))
            except OSError:
                continue
        return [pid for step in found for pid in [step, *children(step)]]

    def stop(self):
        while self.daemons:
            name, daemon = self.daemons.popitem()
            daemon.terminate()
            try:
                daemon.wait(timeout=10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()
            if name in NODES:
                end(self.steps(name))
