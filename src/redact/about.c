#include "redact/about.h"

enum { LONGEST_KEY = 40 };

struct about_word {
        struct str word;
        enum about about;
};

/* Of keys and elements. */
static const struct about_word words[] = {
        { STR_INIT("agentid"), ABOUT_AGENT },
        { STR_INIT("agentlogin"), ABOUT_AGENT },
        { STR_INIT("agentloginid"), ABOUT_AGENT },
        { STR_INIT("agenttext"), ABOUT_AGENT },
        { STR_INIT("loginid"), ABOUT_AGENT },
        { STR_INIT("login"), ABOUT_AGENT },
        { STR_INIT("loginname"), ABOUT_AGENT },
        { STR_INIT("user"), ABOUT_AGENT },
        { STR_INIT("userid"), ABOUT_AGENT },
        { STR_INIT("username"), ABOUT_AGENT },
        { STR_INIT("jusername"), ABOUT_AGENT },
        { STR_INIT("owner"), ABOUT_AGENT },
        { STR_INIT("ownerid"), ABOUT_AGENT },
        { STR_INIT("supervisor"), ABOUT_AGENT },
        { STR_INIT("supervisorid"), ABOUT_AGENT },
        { STR_INIT("requestor"), ABOUT_AGENT },
        { STR_INIT("email"), ABOUT_AGENT },
        { STR_INIT("mail"), ABOUT_AGENT },

        { STR_INIT("agentname"), ABOUT_PERSON },
        { STR_INIT("firstname"), ABOUT_PERSON },
        { STR_INIT("lastname"), ABOUT_PERSON },
        { STR_INIT("fullname"), ABOUT_PERSON },
        { STR_INIT("displayname"), ABOUT_PERSON },
        { STR_INIT("agentfirstname"), ABOUT_PERSON },
        { STR_INIT("agentlastname"), ABOUT_PERSON },
        { STR_INIT("nickname"), ABOUT_PERSON },
        { STR_INIT("nick"), ABOUT_PERSON },
        { STR_INIT("supervisorname"), ABOUT_PERSON },
        { STR_INIT("customername"), ABOUT_PERSON },
        { STR_INIT("callername"), ABOUT_PERSON },
        { STR_INIT("teamname"), ABOUT_PERSON },

        { STR_INIT("hostname"), ABOUT_HOST },
        { STR_INIT("clienthost"), ABOUT_HOST },
        { STR_INIT("remotehost"), ABOUT_HOST },
        { STR_INIT("computername"), ABOUT_HOST },
        { STR_INIT("machinename"), ABOUT_HOST },
        { STR_INIT("workstation"), ABOUT_HOST },
        { STR_INIT("fqdn"), ABOUT_HOST },
        { STR_INIT("servername"), ABOUT_HOST },
        { STR_INIT("nodeid"), ABOUT_HOST },
        { STR_INIT("unknownhostexception"), ABOUT_HOST },
        { STR_INIT("clusterid"), ABOUT_HOST },

        /* In the names of a directory (LDAP): "CN=Mary O'Brien,OU=Sales,DC=acme,DC=test". */
        { STR_INIT("cn"), ABOUT_PERSON },
        { STR_INIT("uid"), ABOUT_AGENT },
        { STR_INIT("ou"), ABOUT_TEXT },
        { STR_INIT("dc"), ABOUT_HOST },

        { STR_INIT("extension"), ABOUT_NUMBER },
        { STR_INIT("ext"), ABOUT_NUMBER },
        { STR_INIT("agentextension"), ABOUT_NUMBER },
        { STR_INIT("agentinstrument"), ABOUT_NUMBER },
        { STR_INIT("fromaddress"), ABOUT_NUMBER },
        { STR_INIT("toaddress"), ABOUT_NUMBER },
        { STR_INIT("mediaaddress"), ABOUT_NUMBER },
        { STR_INIT("dialednumber"), ABOUT_NUMBER },
        { STR_INIT("dialnumber"), ABOUT_NUMBER },
        { STR_INIT("dnis"), ABOUT_NUMBER },
        { STR_INIT("ani"), ABOUT_NUMBER },
        { STR_INIT("callingnumber"), ABOUT_NUMBER },
        { STR_INIT("callednumber"), ABOUT_NUMBER },
        { STR_INIT("phone"), ABOUT_NUMBER },
        { STR_INIT("phonenumber"), ABOUT_NUMBER },
        { STR_INIT("mobile"), ABOUT_NUMBER },
        { STR_INIT("mobilenumber"), ABOUT_NUMBER },
        { STR_INIT("telephone"), ABOUT_NUMBER },
        { STR_INIT("connectiondeviceid"), ABOUT_NUMBER },
        { STR_INIT("callingdeviceid"), ABOUT_NUMBER },
        { STR_INIT("calleddeviceid"), ABOUT_NUMBER },
        { STR_INIT("answeringdeviceid"), ABOUT_NUMBER },
        { STR_INIT("alertingdeviceid"), ABOUT_NUMBER },
        { STR_INIT("releasingdeviceid"), ABOUT_NUMBER },
        { STR_INIT("lastredirectdeviceid"), ABOUT_NUMBER },
        { STR_INIT("deviceid"), ABOUT_NUMBER },

        { STR_INIT("callvariable"), ABOUT_TEXT }, /* and callVariable1 to 10 */
        { STR_INIT("usertouserinfo"), ABOUT_TEXT },
        { STR_INIT("wrapupdata"), ABOUT_TEXT },
        { STR_INIT("subject"), ABOUT_TEXT },
};

/* These words mean other things as keys. */
static const struct about_word elements[] = {
        { STR_INIT("body"), ABOUT_SAID },     { STR_INIT("status"), ABOUT_TEXT },
        { STR_INIT("name"), ABOUT_TEXT },     { STR_INIT("value"), ABOUT_TEXT },
        { STR_INIT("fn"), ABOUT_PERSON },     { STR_INIT("given"), ABOUT_PERSON },
        { STR_INIT("family"), ABOUT_PERSON }, { STR_INIT("middle"), ABOUT_PERSON },
        { STR_INIT("number"), ABOUT_NUMBER }, { STR_INIT("street"), ABOUT_TEXT },
        { STR_INIT("locality"), ABOUT_TEXT }, { STR_INIT("orgname"), ABOUT_TEXT },
        { STR_INIT("orgunit"), ABOUT_TEXT },  { STR_INIT("title"), ABOUT_TEXT },
        { STR_INIT("role"), ABOUT_TEXT },     { STR_INIT("desc"), ABOUT_TEXT },
        { STR_INIT("bday"), ABOUT_TEXT },     { STR_INIT("binval"), ABOUT_TEXT },
        { STR_INIT("pcode"), ABOUT_TEXT },    { STR_INIT("text"), ABOUT_TEXT },
        { STR_INIT("comment"), ABOUT_TEXT },
};

static enum about find(const struct about_word *table, size_t count, struct str word) {
        for (size_t i = 0; i < count; i++)
                if (str_eq(word, table[i].word))
                        return table[i].about;
        return ABOUT_NOTHING;
}

/* In lower case, without signs, and without the number of a call variable. */
static struct str plain(struct str key, char buffer[static LONGEST_KEY]) {
        size_t n = 0;

        for (size_t i = 0; i < key.n && n < LONGEST_KEY; i++)
                if (key.p[i] != '-' && key.p[i] != '_')
                        buffer[n++] = byte_lower(key.p[i]);
        if (str_starts((struct str){ buffer, n }, STR("callvariable")))
                n = STR("callvariable").n;
        return (struct str){ buffer, n };
}

enum about about_of_key(struct str key) {
        char buffer[LONGEST_KEY];

        if (key.n == 0 || key.n > LONGEST_KEY)
                return ABOUT_NOTHING;
        return find(words, sizeof(words) / sizeof(words[0]), plain(key, buffer));
}

enum about about_of_element(struct str name) {
        const char *colon = str_find_byte(name, ':');
        char buffer[LONGEST_KEY];
        enum about about;

        if (colon)
                name = str_slice(colon + 1, name.p + name.n);
        if (name.n == 0 || name.n > LONGEST_KEY)
                return ABOUT_NOTHING;
        about = find(elements, sizeof(elements) / sizeof(elements[0]), plain(name, buffer));
        return about != ABOUT_NOTHING ? about : about_of_key(name);
}
