/* The closed lists: what a value may be to be kept as it is, and the reason phrases.
 *
 * An entry is a word of a standard or a product, never of a person, a place or an installation; it holds
 * no run of five digits (the unit test looks), so that none can be a telephone number. Order: ASCII of
 * the lower-case spelling, in each list and among the lists, since both are searched by halves.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "policy_table.h"

static const char *const access_types[] = {
    "3GPP-CDMA2000",
    "3GPP-E-UTRAN",
    "3GPP-E-UTRAN-FDD",
    "3GPP-E-UTRAN-ProSe-UNR",
    "3GPP-E-UTRAN-TDD",
    "3GPP-GAN",
    "3GPP-GERAN",
    "3GPP-HSPA",
    "3GPP-NPN",
    "3GPP-NR",
    "3GPP-NR-FDD",
    "3GPP-NR-ProSe-L2UNR",
    "3GPP-NR-ProSe-L3UNR",
    "3GPP-NR-SAT",
    "3GPP-NR-TDD",
    "3GPP-NR-U",
    "3GPP-NR-U-FDD",
    "3GPP-NR-U-TDD",
    "3GPP-UTRAN",
    "3GPP-UTRAN-FDD",
    "3GPP-UTRAN-TDD",
    "3GPP-WLAN",
    "3GPP2",
    "3GPP2-1X",
    "3GPP2-1X-Femto",
    "3GPP2-1X-HRPD",
    "3GPP2-UMB",
    "ADSL",
    "ADSL2",
    "ADSL2+",
    "CDMA2000",
    "cellular1",
    "cellular2",
    "DOCSIS",
    "DSL",
    "DVB-RCS2",
    "EPON",
    "EPON1",
    "G.SHDSL",
    "GERAN",
    "GPON",
    "GSTN",
    "HDSL",
    "HDSL2",
    "IDSL",
    "IEEE-802.11",
    "IEEE-802.11a",
    "IEEE-802.11ac",
    "IEEE-802.11ax",
    "IEEE-802.11b",
    "IEEE-802.11g",
    "IEEE-802.11n",
    "IEEE-802.3",
    "IEEE-802.3a",
    "IEEE-802.3ab",
    "IEEE-802.3ae",
    "IEEE-802.3ah",
    "IEEE-802.3ak",
    "IEEE-802.3an",
    "IEEE-802.3aq",
    "IEEE-802.3e",
    "IEEE-802.3i",
    "IEEE-802.3j",
    "IEEE-802.3u",
    "IEEE-802.3y",
    "IEEE-802.3z",
    "non-3GPP",
    "RADSL",
    "SDSL",
    "trusted-non-3GPP",
    "untrusted-non-3GPP-VIRTUAL-EPC",
    "UTRAN",
    "VDSL",
    "VIRTUAL-no-PS",
    "WLAN-no-PS",
    "wlan1",
    "xDSL",
    "XGPON1",
};

static const char *const addrtypes[] = {
    "$", "-", "ALIAS", "E164", "EPN", "GWID", "IP4", "IP6", "NSAP", "RFC2543",
};

/* what Alert-Info names besides URIs */
static const char *const alerts[] = {
    "alert-autoanswer",
    "alert-community-1",
    "alert-community-2",
    "alert-community-3",
    "alert-community-4",
    "alert-external",
    "alert-group",
    "alert-internal",
    "Auto-Answer",
    "Bellcore-dr1",
    "Bellcore-dr2",
    "Bellcore-dr3",
    "Bellcore-dr4",
    "Bellcore-dr5",
    "Bellcore-dr6",
    "Bellcore-dr7",
    "Bellcore-dr8",
    "external",
    "intercom",
    "internal",
    "ring-answer",
    "ringback",
    "simple-message",
    "urn:alert:delay:none",
    "urn:alert:delay:yes",
    "urn:alert:duration:long",
    "urn:alert:duration:short",
    "urn:alert:locale:default",
    "urn:alert:priority:high",
    "urn:alert:priority:low",
    "urn:alert:service:auto-callback",
    "urn:alert:service:call-waiting",
    "urn:alert:service:forward",
    "urn:alert:service:normal",
    "urn:alert:service:recall:callback",
    "urn:alert:service:recall:hold",
    "urn:alert:service:recall:transfer",
    "urn:alert:service:ringback",
    "urn:alert:service:transfer-recall",
    "urn:alert:source:external",
    "urn:alert:source:family",
    "urn:alert:source:friend",
    "urn:alert:source:internal",
    "urn:alert:source:unclassified",
};

static const char *const answer_modes[] = {
    "Auto",
    "Manual",
};

static const char *const answer_states[] = {
    "Accepted",
    "Confirmed",
    "Unconfirmed",
};

static const char *const appearance_states[] = {
    "active",       "alerting", "bridge-active", "bridge-held", "held",
    "held-private", "idle",     "progressing",   "seized",
};

static const char *const attestations[] = {
    "A",
    "B",
    "C",
};

static const char *const auth_algorithms[] = {
    "AKAv1-MD5",        "AKAv1-MD5-sess", "AKAv1-SHA-256", "AKAv2-MD5",    "AKAv2-SHA-256", "MD5",
    "MD5-sess",         "SHA-1",          "SHA-256",       "SHA-256-sess", "SHA-512",       "SHA-512-256",
    "SHA-512-256-sess", "SHA1",
};

static const char *const auth_errors[] = {
    "insufficient_scope",
    "invalid_request",
    "invalid_token",
};

static const char *const auth_schemes[] = {
    "AKA", "Basic", "Bearer", "Digest", "Kerberos", "NTLM", "PGP", "SIP-AKA", "TLS-DSK",
};

static const char *const booleans[] = {
    "0", "1", "false", "no", "off", "on", "true", "yes",
};

static const char *const bwtypes[] = {
    "AS", "CT", "DAR", "EX", "MDR", "RR", "RS", "TIAS", "X-SS", "X-YZ",
};

static const char *const call_completion_states[] = {
    "queued",
    "ready",
};

static const char *const call_completions[] = {
    "BS",
    "NL",
    "NR",
};

static const char *const call_info_purposes[] = {
    "appearance",
    "call-completion",
    "card",
    "ccmp",
    "EmergencyCallData.Comment",
    "EmergencyCallData.Control",
    "EmergencyCallData.DeviceInfo",
    "EmergencyCallData.eCall.MSD",
    "EmergencyCallData.ProviderInfo",
    "EmergencyCallData.ServiceInfo",
    "EmergencyCallData.SubscriberInfo",
    "EmergencyCallData.VEDS",
    "icon",
    "impp",
    "info",
    "jcard",
    "jwscard",
    "list-management",
    "nena-CallId",
    "nena-IncidentId",
};

static const char *const calling_party_categories[] = {
    "cellular", "cellular-roaming", "data",         "emergency", "hospital", "hotel",
    "ieps",     "mobile-hplmn",     "mobile-vplmn", "operator",  "ordinary", "payphone",
    "police",   "priority",         "prison",       "test",      "unknown",
};

static const char *const capability_tags[] = {
    "bcap-v0", "cap-v0", "ccap-v0", "icap-v0", "med-v0",
};

static const char *const charsets[] = {
    "*",           "ascii",      "Big5",        "EUC-JP",       "EUC-KR",       "GB2312",       "GBK",
    "ISO-2022-JP", "ISO-8859-1", "ISO-8859-15", "ISO-8859-2",   "ISO-8859-5",   "ISO-8859-7",   "ISO-8859-8",
    "ISO-8859-9",  "iso8859-1",  "koi8-r",      "Shift_JIS",    "US-ASCII",     "UTF-16",       "UTF-16BE",
    "UTF-16LE",    "UTF-8",      "utf8",        "windows-1250", "windows-1251", "windows-1252",
};

static const char *const chatroom_tokens[] = {
    "nickname",
    "private-messages",
};

static const char *const codecs[] = {
    "aac",       "AAC-LC",     "AAL2-G726-16", "AAL2-G726-24",  "AAL2-G726-32", "AAL2-G726-40",
    "ac3",       "AMR",        "AMR-WB",       "AMR-WB+",       "AV1",          "AV1X",
    "BMPEG",     "BV16",       "BV32",         "CelB",          "CELT",         "CLEARMODE",
    "CN",        "DVI4",       "eac3",         "encaprtp",      "EVRC",         "EVRC0",
    "EVRC1",     "EVRCB",      "EVRCB0",       "EVRCNW",        "EVRCWB",       "EVS",
    "flexfec",   "flexfec-03", "G711",         "G718",          "G719",         "G722",
    "G722.1",    "G722.2",     "G7221",        "G723",          "G723.1",       "G726-16",
    "G726-24",   "G726-32",    "G726-40",      "G728",          "G729",         "G7291",
    "G729A",     "G729AB",     "G729B",        "G729D",         "G729E",        "GSM",
    "GSM-EFR",   "GSM-FR",     "GSM-HR-08",    "H261",          "H263",         "H263-1998",
    "H263-2000", "H264",       "H264-SVC",     "H265",          "H266",         "iLBC",
    "ISAC",      "JPEG",       "jpeg2000",     "L16",           "L20",          "L24",
    "L8",        "LPC",        "MP1S",         "MP2P",          "MP2T",         "MP3",
    "MP4A-LATM", "MP4V-ES",    "MPA",          "MPEG4-GENERIC", "MPV",          "MSRTA",
    "nv",        "opus",       "parityfec",    "PCMA",          "PCMU",         "PS",
    "QCELP",     "raw",        "red",          "RTAudio",       "rtploopback",  "rtx",
    "SILK",      "siren",      "SMV",          "SMV0",          "speex",        "SVAC",
    "SVACV",     "t140",       "t140c",        "t38",           "t38fax",       "telephone-event",
    "theora",    "tone",       "ulpfec",       "VDVI",          "VMR-WB",       "vorbis",
    "VP8",       "VP9",        "X-CCD",        "x-data",        "X-G7221",      "X-H264UC",
    "x-msrta",   "x-rtvc1",    "X-SIREN",      "x-ulpfecuc",
};

static const char *const compressions[] = {
    "sigcomp",
};

static const char *const conference_types[] = {
    "broadcast", "H332", "meeting", "moderated", "recvonly", "test",
};

static const char *const connections[] = {
    "existing",
    "new",
};

static const char *const content_encodings[] = {
    "*", "br", "compress", "deflate", "gzip", "identity", "tar", "x-gzip", "zstd",
};

static const char *const dash[] = {
    "-",
};

static const char *const dcs_osps[] = {
    "BLV",
    "EI",
    "RING",
};

static const char *const directions[] = {
    "in",
    "out",
};

static const char *const dispositions[] = {
    "183",
    "aib",
    "alert",
    "attachment",
    "by-reference",
    "early-session",
    "form-data",
    "icon",
    "info-package",
    "inline",
    "notification",
    "recipient-list",
    "recipient-list-history",
    "render",
    "render-preview",
    "session",
    "signal",
};

static const char *const diversion_reasons[] = {
    "away",           "busy",           "cd",          "CFB",
    "cfna",           "cfnl",           "cfnr",        "cfu",
    "deflection",     "do-not-disturb", "follow-me",   "no-answer",
    "out-of-service", "time-of-day",    "unavailable", "unconditional",
    "unknown",        "user-busy",
};

static const char *const e2ae_words[] = {
    "applied",
    "requested",
};

static const char *const early_media[] = {
    "gated", "inactive", "recvonly", "sendonly", "sendrecv", "supported",
};

static const char *const event_bodies[] = {
    "false",
    "true",
};

/* packages and each with the winfo template */
static const char *const event_packages[] = {
    "ACTION-URI",
    "Alarm",
    "as-feature-event",
    "call-completion",
    "call-completion.winfo",
    "call-info",
    "Catalog",
    "certificate",
    "certificate.winfo",
    "check-sync",
    "comm-div-info",
    "conference",
    "conference.winfo",
    "consent-pending-additions",
    "consent-pending-additions.winfo",
    "credential",
    "credential.winfo",
    "debug",
    "dialog",
    "dialog.winfo",
    "DTMF",
    "eCall.MSD",
    "g.3gpp.mcptt-info",
    "g.3gpp.state-and-event-info",
    "g.3gpp.ussd",
    "hold",
    "http-monitor",
    "http-monitor.winfo",
    "keep-alive",
    "kpml",
    "kpml.winfo",
    "line-seize",
    "line-state",
    "load-control",
    "load-control.winfo",
    "log",
    "message-summary",
    "message-summary.winfo",
    "MobilePosition",
    "poc-settings",
    "poc-settings.winfo",
    "presence",
    "presence.rl",
    "presence.winfo",
    "presence.wpending",
    "reboot",
    "refer",
    "refer.winfo",
    "reg",
    "reg-gsbr",
    "reg.winfo",
    "registration",
    "registration-notify",
    "report",
    "resync",
    "service-control",
    "session-spec-policy",
    "session-spec-policy.winfo",
    "Siemens-RTP-Stats",
    "sla",
    "spirits-INDPs",
    "spirits-INDPs.winfo",
    "spirits-user-prof",
    "spirits-user-prof.winfo",
    "talk",
    "telephone-event",
    "trickle-ice",
    "ua-profile",
    "ua-profile.winfo",
    "uaCSTA",
    "unsolicited-message-summary",
    "vnd-microsoft-provisioning",
    "vnd-microsoft-provisioning-v2",
    "vnd-microsoft-roaming-ACL",
    "vnd-microsoft-roaming-contacts",
    "vnd-microsoft-roaming-self",
    "vq-rtcpxr",
    "vq-rtcpxr.winfo",
    "winfo",
    "x-broadworks-call-center-status",
    "x-broadworks-callcenter",
    "x-broadworks-hoteling",
    "x-cisco-callinfo",
    "x-cisco-kpml",
    "x-cisco-remotecc",
    "x-nt-event",
    "xcap-diff",
    "xcap-diff.winfo",
};

static const char *const external_bodies[] = {
    "ANON-FTP", "content-id", "FTP", "LOCAL-FILE", "MAIL-SERVER", "TFTP", "URL",
};

static const char *const feature_values[] = {
    "active",     "attendant", "business", "cs_volte",     "emergency", "fixed",
    "full",       "half",      "inactive", "information",  "mobile",    "msg-taker",
    "non-urgent", "none",      "normal",   "personal",     "principal", "receive-only",
    "registered", "send-only", "server",   "unregistered", "urgent",    "volte",
};

static const char *const floor_controls[] = {
    "c-only",
    "c-s",
    "s-only",
};

static const char *const freeswitch_features[] = {
    "send_info",
    "timer",
    "update_display",
};

static const char *const functional_entities[] = {
    "urn:3gpp:fe:as",        "urn:3gpp:fe:as.orig",     "urn:3gpp:fe:as.term",     "urn:3gpp:fe:atcf",
    "urn:3gpp:fe:bgcf",      "urn:3gpp:fe:bgcf.orig",   "urn:3gpp:fe:e-cscf",      "urn:3gpp:fe:hss",
    "urn:3gpp:fe:i-cscf",    "urn:3gpp:fe:i-cscf.orig", "urn:3gpp:fe:i-cscf.term", "urn:3gpp:fe:ibcf",
    "urn:3gpp:fe:ibcf.orig", "urn:3gpp:fe:ibcf.term",   "urn:3gpp:fe:lrf",         "urn:3gpp:fe:mgcf",
    "urn:3gpp:fe:mgcf.orig", "urn:3gpp:fe:mgcf.term",   "urn:3gpp:fe:mrfc",        "urn:3gpp:fe:mrfp",
    "urn:3gpp:fe:p-cscf",    "urn:3gpp:fe:p-cscf.orig", "urn:3gpp:fe:p-cscf.term", "urn:3gpp:fe:pcscf",
    "urn:3gpp:fe:rdf",       "urn:3gpp:fe:s-cscf",      "urn:3gpp:fe:s-cscf.orig", "urn:3gpp:fe:s-cscf.term",
    "urn:3gpp:fe:scc-as",    "urn:3gpp:fe:scp",         "urn:3gpp:fe:sip-as",      "urn:3gpp:fe:tas",
    "urn:3gpp:fe:trf",       "urn:3gpp:fe:ue",
};

static const char *const functional_roles[] = {
    "called", "calling", "orig", "term", "transit",
};

static const char *const group_semantics[] = {
    "*",        "ANAT", "BUNDLE", "CLUE", "CS",  "DDP", "DUP", "FEC",          "FEC-FR",
    "FEC-SSRC", "FID",  "IDMS",   "LS",   "RTX", "SIM", "SRF", "TELEPRESENCE", "WMS",
};

static const char *const handlings[] = {
    "optional",
    "required",
};

static const char *const hash_functions[] = {
    "md2", "md5", "sha-1", "sha-224", "sha-256", "sha-384", "sha-512",
};

static const char *const hides[] = {
    "hop",
    "route",
};

static const char *const ice_options[] = {
    "google-ice", "ice2", "msi", "renomination", "rtp+ecn", "trickle",
};

static const char *const info_packages[] = {
    "dtmf",
    "eCall.MSD",
    "EmergencyCallData.eCall.MSD",
    "EmergencyCallData.VEDS",
    "g.3gpp.access-transfer-events",
    "g.3gpp.mcdata-com-ctrl",
    "g.3gpp.mcptt-info",
    "g.3gpp.mcvideo-info",
    "g.3gpp.state-and-event",
    "g.3gpp.state-and-event-info",
    "g.3gpp.ussd",
    "info",
    "infoDtmf",
    "nil",
    "trickle-ice",
    "x-broadworks-callcenter",
    "x-broadworks-client-session-info",
};

static const char *const integrity_protected[] = {
    "auth-done", "ip-assoc-pending", "ip-assoc-yes", "no",  "tls-connected",
    "tls-no",    "tls-pending",      "tls-yes",      "yes",
};

static const char *const iois[] = {
    "void",
};

static const char *const iotls[] = {
    "homeA-homeB", "homeA-visitedA", "homeB-visitedB", "visitedA-homeA", "visitedA-homeB",
};

static const char *const isub_encodings[] = {
    "nsap",
    "nsap-bcd",
    "nsap-ia5",
};

static const char *const isup_versions[] = {
    "ansi00", "ansi88", "ansi92", "ansi95",  "etsi121", "etsi356",  "french",   "gr-317",
    "gr317",  "iso",    "isup",   "itu-t88", "itu-t92", "itu-t92+", "itu-t93+", "nsp1",
    "nxv3",   "spirou", "ss7",    "ttc93",   "uk",      "us-ansi",
};

/* ISO 639 and the common regions */
static const char *const languages[] = {
    "*",       "aa",    "ab",        "ae",        "af",    "ak",    "am",    "an",    "ar",    "ar-SA",
    "as",      "av",    "ay",        "az",        "ba",    "be",    "bg",    "bg-BG", "bh",    "bi",
    "bm",      "bn",    "bo",        "br",        "bs",    "ca",    "ce",    "ch",    "co",    "cr",
    "cs",      "cs-CZ", "cu",        "cv",        "cy",    "da",    "da-DK", "de",    "de-AT", "de-CH",
    "de-DE",   "dv",    "dz",        "ee",        "el",    "el-GR", "en",    "en-AU", "en-CA", "en-GB",
    "en-IE",   "en-IN", "en-NZ",     "en-US",     "en-ZA", "eo",    "es",    "es-AR", "es-ES", "es-MX",
    "et",      "et-EE", "eu",        "fa",        "ff",    "fi",    "fi-FI", "fj",    "fo",    "fr",
    "fr-BE",   "fr-CA", "fr-CH",     "fr-FR",     "fy",    "ga",    "gd",    "gl",    "gn",    "gu",
    "gv",      "ha",    "he",        "he-IL",     "hi",    "ho",    "hr",    "hr-HR", "ht",    "hu",
    "hu-HU",   "hy",    "hz",        "i-default", "ia",    "id",    "id-ID", "ie",    "ig",    "ii",
    "ik",      "io",    "is",        "it",        "it-CH", "it-IT", "iu",    "ja",    "ja-JP", "jv",
    "ka",      "kg",    "ki",        "kj",        "kk",    "kl",    "km",    "kn",    "ko",    "ko-KR",
    "kr",      "ks",    "ku",        "kv",        "kw",    "ky",    "la",    "lb",    "lg",    "li",
    "ln",      "lo",    "lt",        "lt-LT",     "lu",    "lv",    "lv-LV", "mg",    "mh",    "mi",
    "mk",      "ml",    "mn",        "mr",        "ms",    "mt",    "my",    "na",    "nb",    "nb-NO",
    "nd",      "ne",    "ng",        "nl",        "nl-BE", "nl-NL", "nn",    "nn-NO", "no",    "nr",
    "nv",      "ny",    "oc",        "oj",        "om",    "or",    "os",    "pa",    "pi",    "pl",
    "pl-PL",   "ps",    "pt",        "pt-BR",     "pt-PT", "qu",    "rm",    "rn",    "ro",    "ro-RO",
    "ru",      "ru-RU", "rw",        "sa",        "sc",    "sd",    "se",    "sg",    "si",    "sk",
    "sk-SK",   "sl",    "sl-SI",     "sm",        "sn",    "so",    "sq",    "sr",    "sr-RS", "ss",
    "st",      "su",    "sv",        "sv-SE",     "sw",    "ta",    "te",    "tg",    "th",    "th-TH",
    "ti",      "tk",    "tl",        "tn",        "to",    "tr",    "tr-TR", "ts",    "tt",    "tw",
    "ty",      "ug",    "uk",        "uk-UA",     "ur",    "uz",    "ve",    "vi",    "vi-VN", "vo",
    "wa",      "wo",    "x-default", "xh",        "yi",    "yo",    "za",    "zh",    "zh-CN", "zh-Hans",
    "zh-Hant", "zh-HK", "zh-TW",     "zu",
};

static const char *const location_methods[] = {
    "802.11",
    "A-GPS",
    "Cell",
    "DBH",
    "DBH_HELO",
    "Derived",
    "Device-Assisted_A-GPS",
    "Device-Assisted_EOTD",
    "Device-Based_A-GPS",
    "DHCP",
    "GPS",
    "Handset_AFLT",
    "Handset_EFLT",
    "LLDP-MED",
    "Manual",
    "MBS",
    "OTDOA",
    "RFID",
    "Triangulation",
    "Unknown",
    "WiFi",
    "Wiremap",
};

static const char *const manscdp_words[] = {
    "Alarm",
    "Broadcast",
    "Catalog",
    "ConfigDownload",
    "DeviceControl",
    "DeviceInfo",
    "DeviceStatus",
    "ERROR",
    "Keepalive",
    "MediaStatus",
    "MobilePosition",
    "OFF",
    "OFFLINE",
    "OK",
    "ON",
    "ONLINE",
    "PresetQuery",
    "RecordInfo",
    "SubscribeResponse",
};

static const char *const media[] = {
    "application", "audio", "control", "data", "image", "message", "text", "video",
};

static const char *const media_contents[] = {
    "alt", "main", "sl", "slides", "speaker",
};

static const char *const media_formats[] = {
    "*",
    "-",
    "image",
    "msrp",
    "octet-stream",
    "T30",
    "t38",
    "telephone-event",
    "udpl",
    "wb",
    "webrtc-datachannel",
};

static const char *const media_ids[] = {
    "0",       "1",    "10",          "11",    "12",      "13",   "14",    "15",   "16",      "17", "18",
    "19",      "2",    "20",          "21",    "22",      "23",   "24",    "25",   "26",      "27", "28",
    "29",      "3",    "30",          "31",    "32",      "33",   "34",    "35",   "36",      "37", "38",
    "39",      "4",    "40",          "41",    "42",      "43",   "44",    "45",   "46",      "47", "48",
    "49",      "5",    "50",          "51",    "52",      "53",   "54",    "55",   "56",      "57", "58",
    "59",      "6",    "60",          "61",    "62",      "63",   "64",    "65",   "66",      "67", "68",
    "69",      "7",    "70",          "71",    "72",      "73",   "74",    "75",   "76",      "77", "78",
    "79",      "8",    "80",          "81",    "82",      "83",   "84",    "85",   "86",      "87", "88",
    "89",      "9",    "90",          "91",    "92",      "93",   "94",    "95",   "96",      "97", "98",
    "99",      "alt",  "application", "audio", "content", "data", "image", "main", "message", "sl", "slides",
    "speaker", "text", "video",
};

/* for Accept, Content-Type and their like: the types of the body table and a few more */
static const char *const media_types[] = {
    "*",
    "*/*",
    "application/*",
    "application/3gpp-ims+xml",
    "application/adrl+xml",
    "application/auth-params",
    "application/auth-policy+xml",
    "application/beep+xml",
    "application/broadsoft",
    "application/call-completion",
    "application/cccp+xml",
    "application/ccxml+xml",
    "application/common-policy+xml",
    "application/conference-info+xml",
    "application/conference-info-diff+xml",
    "application/cpim-pidf+xml",
    "application/cpl+xml",
    "application/csta+xml",
    "application/dialog-info+xml",
    "application/dtmf",
    "application/dtmf-info",
    "application/dtmf-relay",
    "application/EmergencyCallData.cap+xml",
    "application/EmergencyCallData.Comment+xml",
    "application/EmergencyCallData.Control+xml",
    "application/EmergencyCallData.DeviceInfo+xml",
    "application/EmergencyCallData.eCall.MSD",
    "application/EmergencyCallData.ProviderInfo+xml",
    "application/EmergencyCallData.ServiceInfo+xml",
    "application/EmergencyCallData.SubscriberInfo+xml",
    "application/EmergencyCallData.VEDS+xml",
    "application/geopriv+xml",
    "application/grxml",
    "application/gzip",
    "application/held+xml",
    "application/hook-flash",
    "application/im-iscomposing+xml",
    "application/isup",
    "application/json",
    "application/kpml-request+xml",
    "application/kpml-response+xml",
    "application/load-control+xml",
    "application/lpidf+xml",
    "application/MANSCDP+xml",
    "application/MANSRTSP",
    "application/media-policy-dataset+xml",
    "application/media_control+xml",
    "application/mediaservercontrol+xml",
    "application/mikey",
    "application/moml+xml",
    "application/mpeg4-iod",
    "application/ms-conf-invite+xml",
    "application/ms-focus",
    "application/ms-keepalive+xml",
    "application/ms-mras+xml",
    "application/msc-cpd+xml",
    "application/msc-ivr+xml",
    "application/msc-mixer+xml",
    "application/mscml+xml",
    "application/msml+xml",
    "application/msrtc-adrl-categorylist+xml",
    "application/msrtc-category-publish+xml",
    "application/msrtc-event-categories+xml",
    "application/msrtc-media-relay-auth+xml",
    "application/msrtc-presence-setsubscriber+xml",
    "application/msrtc-reginfo+xml",
    "application/octet-stream",
    "application/oma-directory+xml",
    "application/passport",
    "application/pdf",
    "application/pgp-keys",
    "application/pgp-signature",
    "application/pidf+xml",
    "application/pidf-diff+xml",
    "application/pkcs10",
    "application/pkcs7-mime",
    "application/pkcs7-signature",
    "application/pkcs8",
    "application/pkix-cert",
    "application/poc-settings+xml",
    "application/pres-rules+xml",
    "application/qsig",
    "application/reginfo+xml",
    "application/resource-lists+xml",
    "application/resource-lists-diff+xml",
    "application/rlmi+xml",
    "application/rls-services+xml",
    "application/rpid",
    "application/rs-metadata",
    "application/rs-metadata+xml",
    "application/rs-metadata-request",
    "application/sdp",
    "application/sdpfrag",
    "application/session-policy+xml",
    "application/simple-filter+xml",
    "application/simple-message-summary",
    "application/soap+xml",
    "application/spirits-event+xml",
    "application/ssml+xml",
    "application/trickle-ice-sdpfrag",
    "application/vnd-microsoft-eventlist+xml",
    "application/vnd-microsoft-roaming-acls+xml",
    "application/vnd-microsoft-roaming-contacts+xml",
    "application/vnd-microsoft-roaming-provisioning+xml",
    "application/vnd-microsoft-roaming-provisioning-v2+xml",
    "application/vnd-microsoft-roaming-self+xml",
    "application/vnd.3gpp.access-transfer-events+xml",
    "application/vnd.3gpp.bsf+xml",
    "application/vnd.3gpp.comm-div-info+xml",
    "application/vnd.3gpp.cw+xml",
    "application/vnd.3gpp.GMOP+xml",
    "application/vnd.3gpp.interworking-data",
    "application/vnd.3gpp.iut+xml",
    "application/vnd.3gpp.mcptt-affiliation-command+xml",
    "application/vnd.3gpp.mcptt-floor-request+xml",
    "application/vnd.3gpp.mcptt-info+xml",
    "application/vnd.3gpp.mcptt-location-info+xml",
    "application/vnd.3gpp.mcptt-mbms-usage-info+xml",
    "application/vnd.3gpp.mcptt-signed+xml",
    "application/vnd.3gpp.mid-call+xml",
    "application/vnd.3gpp.sms",
    "application/vnd.3gpp.srvcc-ext+xml",
    "application/vnd.3gpp.srvcc-info+xml",
    "application/vnd.3gpp.state-and-event-info+xml",
    "application/vnd.3gpp.ue-policy",
    "application/vnd.3gpp.ussd",
    "application/vnd.3gpp.ussd+xml",
    "application/vnd.3gpp2.sms",
    "application/vnd.cirpack.isdn-ext",
    "application/vnd.etsi.aoc+xml",
    "application/vnd.etsi.cug+xml",
    "application/vnd.etsi.mcid+xml",
    "application/vnd.etsi.mheg5",
    "application/vnd.etsi.pstn+xml",
    "application/vnd.etsi.sci+xml",
    "application/vnd.etsi.simservs+xml",
    "application/vnd.etsi.tsl+xml",
    "application/vnd.gsma.botmessage.v1.0+json",
    "application/vnd.gsma.botsuggestion.v1.0+json",
    "application/vnd.gsma.encall+xml",
    "application/vnd.gsma.rcs-ft-http",
    "application/vnd.gsma.rcs-ft-http+xml",
    "application/vnd.gsma.rcspushlocation+xml",
    "application/vnd.microsoft.ocsmeeting",
    "application/vnd.nortelnetworks.digits",
    "application/vnd.oma.bcast.imd+xml",
    "application/vnd.oma.poc.groups+xml",
    "application/vnd.oma.push",
    "application/vnd.oma.suppnot+xml",
    "application/vnd.syncml+xml",
    "application/vnd.wap.connectivity-wbxml",
    "application/vnd.wap.mms-message",
    "application/voicexml+xml",
    "application/vq-rtcpxr",
    "application/vq-rtcpxr+xml",
    "application/watcherinfo+xml",
    "application/x-anat",
    "application/x-as-feature-event+xml",
    "application/x-broadworks-call-center+xml",
    "application/x-broadworks-call-recording+xml",
    "application/x-broadworks-escalation-info+xml",
    "application/x-cisco-alarm+xml",
    "application/x-cisco-remotecc-cm+xml",
    "application/x-cisco-remotecc-request+xml",
    "application/x-cisco-remotecc-response+xml",
    "application/x-cisco-servicecontrol",
    "application/x-pkcs7-mime",
    "application/x-pkcs7-signature",
    "application/x-private",
    "application/x-q931",
    "application/x-sip-diagnostics",
    "application/x-www-form-urlencoded",
    "application/xcap-att+xml",
    "application/xcap-caps+xml",
    "application/xcap-diff+xml",
    "application/xcap-el+xml",
    "application/xcap-error+xml",
    "application/xcap-ns+xml",
    "application/xml",
    "application/xpidf+xml",
    "application/zip",
    "audio/*",
    "audio/amr",
    "audio/amr-wb",
    "audio/basic",
    "audio/mpeg",
    "audio/pcma",
    "audio/pcmu",
    "audio/telephone-event",
    "audio/wav",
    "audio/x-wav",
    "image/*",
    "image/gif",
    "image/jpeg",
    "image/png",
    "message/*",
    "message/cpim",
    "message/delivery-status",
    "message/external-body",
    "message/http",
    "message/imdn+xml",
    "message/rfc822",
    "message/sip",
    "message/sipfrag",
    "multipart/*",
    "multipart/alternative",
    "multipart/digest",
    "multipart/encrypted",
    "multipart/form-data",
    "multipart/mixed",
    "multipart/parallel",
    "multipart/related",
    "multipart/report",
    "multipart/signed",
    "text/*",
    "text/calendar",
    "text/directory",
    "text/html",
    "text/lpidf",
    "text/plain",
    "text/registration-event",
    "text/rtf",
    "text/uri-list",
    "text/vcard",
    "text/x-ms-diagnostics",
    "text/x-msmsgscontrol",
    "text/x-msmsgsinvite",
    "text/x-msmsgsprofile",
    "text/x-msnmsgr-datacast",
    "text/x-vcard",
    "text/xml",
    "video/*",
    "video/3gpp",
    "video/h264",
    "video/mp4",
};

/* IANA's 14, then drafts and vendors */
static const char *const methods[] = {
    "ACK",    "BENOTIFY", "BYE",      "CANCEL",    "COMET",  "CONTROL",   "DO",     "HELLO", "INFO",
    "INVITE", "KDMQ",     "MESSAGE",  "NEGOTIATE", "NOTIFY", "OPTIONS",   "PING",   "PRACK", "PUBLISH",
    "QAUTH",  "REFER",    "REGISTER", "SERVICE",   "SPRACK", "SUBSCRIBE", "UPDATE",
};

static const char *const ms_words[] = {
    "Allowed",   "external", "high",       "internal", "low",      "ms-source-verified-user",
    "None",      "rejected", "RemoteUser", "replace",  "required", "SUBSCRIBER",
    "supported", "UAC",      "UAS",
};

static const char *const nettypes[] = {
    "ATM", "IN", "LOCAL", "PSTN", "TN",
};

static const char *const nil_session[] = {
    "00000000000000000000000000000000",
};

static const char *const number_types[] = {
    "abbreviated",      "data",    "international", "isdn",  "national",
    "network-specific", "private", "subscriber",    "telex", "unknown",
};

static const char *const option_tags[] = {
    "100rel",
    "199",
    "adhoclist",
    "answermode",
    "callerid",
    "categoryList",
    "com.microsoft.msrtc.presence",
    "com.nortelnetworks.firewall",
    "com.nortelnetworks.im.encryption",
    "dialog",
    "diversion",
    "early-session",
    "em",
    "eventlist",
    "explicitsub",
    "extended-refer",
    "from-change",
    "geolocation-http",
    "geolocation-sip",
    "gin",
    "gruu",
    "gruu-10",
    "histinfo",
    "ice",
    "in-band-dtmf",
    "info",
    "join",
    "message-summary",
    "ms-benotify",
    "ms-conf-invite",
    "ms-delayed-accept",
    "ms-dialog-route-set-update",
    "ms-early-media",
    "ms-forking",
    "ms-keepalive",
    "ms-piggyback-first-notify",
    "ms-safe-transfer",
    "ms-sender",
    "ms-userservices-state-notification",
    "multiple-refer",
    "norefersub",
    "nosec",
    "nosub",
    "outbound",
    "p-3rdpartycontrol",
    "path",
    "policy",
    "precondition",
    "pref",
    "privacy",
    "recipient-list-invite",
    "recipient-list-message",
    "recipient-list-subscribe",
    "record-aware",
    "rel100",
    "replace",
    "replaces",
    "resource-priority",
    "rfc3262",
    "sdp-anat",
    "sdp-bypass",
    "sdp-cap",
    "sec-agree",
    "send_info",
    "siprec",
    "tdialog",
    "timer",
    "trickle-ice",
    "ugc",
    "uniqueid",
    "update_display",
    "uui",
    "X-cisco-callinfo",
    "X-cisco-config",
    "X-cisco-escapecodes",
    "X-cisco-monitoring",
    "X-cisco-monrec",
    "X-cisco-number",
    "X-cisco-service-control",
    "X-cisco-serviceuri",
    "X-cisco-sis-6.0.0",
    "X-cisco-sis-7.0.0",
    "X-cisco-srtp-fallback",
    "X-cisco-xsi-8.5.1",
    "X-cisco-xsi-9.0.1",
};

static const char *const overload_algorithms[] = {
    "loss",
    "rate",
};

static const char *const passport_types[] = {
    "base", "cnam", "div", "div-o", "msgi", "rcd", "rph", "shaken", "sph",
};

static const char *const precondition_words[] = {
    "conn", "e2e",  "failure", "local", "mandatory", "none",     "optional",
    "qos",  "recv", "remote",  "sec",   "send",      "sendrecv", "unknown",
};

static const char *const premium_rates[] = {
    "entertainment",
    "information",
    "information-entertainment",
};

static const char *const priorities[] = {
    "emergency", "high", "low", "non-urgent", "normal", "other-priority", "psap-callback", "urgent",
};

static const char *const priority_shares[] = {
    "allowed",
    "not-allowed",
};

static const char *const priv_values[] = {
    "critical", "full", "header", "history", "id", "name", "none", "off", "session", "uri", "user",
};

static const char *const profile_types[] = {
    "device",
    "local-network",
    "user",
};

static const char *const protos[] = {
    "AAL1/AVP",
    "AAL2/AVP",
    "AAL2/ITU",
    "DTLS/RTP/SAVP",
    "DTLS/SCTP",
    "DTLS/UDP",
    "DTLS/UDPTL",
    "FLUTE/UDP",
    "H323c",
    "PSTN",
    "PSTN/TN",
    "rtp",
    "RTP/AVP",
    "RTP/AVPF",
    "RTP/AVT",
    "RTP/SAVP",
    "RTP/SAVPF",
    "RTP/SAVPF-FEC",
    "SCTP",
    "SCTP/DTLS",
    "sip",
    "SRTP",
    "TCP",
    "tcp-pass",
    "TCP/BFCP",
    "TCP/DTLS/BFCP",
    "TCP/DTLS/RTP/SAVP",
    "TCP/DTLS/RTP/SAVPF",
    "TCP/DTLS/SCTP",
    "TCP/MRCPv2",
    "TCP/MSRP",
    "TCP/RTP/AVP",
    "TCP/RTP/AVPF",
    "TCP/RTP/SAVP",
    "TCP/RTP/SAVPF",
    "TCP/TLS",
    "TCP/TLS/BFCP",
    "TCP/TLS/MRCPv2",
    "TCP/TLS/MSRP",
    "TCP/TLS/RTP/SAVP",
    "TCP/TLS/RTP/SAVPF",
    "TCP/UDPTL",
    "TCP/WS/MSRP",
    "TCP/WSS/MSRP",
    "TLS",
    "UDP",
    "UDP/BFCP",
    "UDP/DTLS/RTP/SAVPF",
    "UDP/DTLS/SCTP",
    "UDP/FEC",
    "UDP/SPRT",
    "UDP/TLS/BFCP",
    "UDP/TLS/RTP/SAVP",
    "UDP/TLS/RTP/SAVPF",
    "UDP/TLS/UDPTL",
    "UDP/UDPTL",
    "UDPL/RTP/AVP",
    "UDPTL",
    "vat",
    "VTP",
};

static const char *const push_providers[] = {
    "apns", "baidu", "fcm", "gcm", "webpush",
};

static const char *const qops[] = {
    "auth",
    "auth-conf",
    "auth-int",
};

static const char *const realms[] = {
    "3CXPhoneSystem",
    "anonymous.invalid",
    "asterisk",
    "FreePBX",
    "freeswitch",
    "kamailio",
    "localhost",
    "opensips",
    "realm",
    "sip",
    "SIP Communications Service",
    "sip-realm",
    "voip",
};

static const char *const reason_locations[] = {
    "BI",    "INTL",  "LN",    "LOC-11", "LOC-12", "LOC-13", "LOC-14", "LOC-15",
    "LOC-6", "LOC-8", "LOC-9", "LPN",    "RLN",    "RPN",    "TN",     "U",
};

/* IANA's phrases and their usual variants */
static const char *const reason_phrases[] = {
    "Accepted",
    "Accepted (Deprecated)",
    "Address Incomplete",
    "alive",
    "Alternative Service",
    "Ambiguous",
    "Anonymity Disallowed",
    "Attempting",
    "Auth Successful",
    "Authentication Required",
    "Bad Alert Message",
    "Bad Event",
    "Bad Extension",
    "Bad Gateway",
    "Bad Identity Info",
    "Bad Identity-Info",
    "Bad Info Package",
    "Bad Location Information",
    "Bad Request",
    "Bad Request-URI",
    "Bad Session Description",
    "Busy",
    "Busy everywhere",
    "Busy here",
    "Call Does Not Exist",
    "Call Is Being Forwarded",
    "Call Leg Does Not Exist",
    "Call leg/transaction does not exist",
    "Call/Transaction Does Not Exist",
    "canceling",
    "Conditional Request Failed",
    "Conflict",
    "Consent Needed",
    "Decline",
    "Declined",
    "Dialog Terminated",
    "Does Not Exist Anywhere",
    "Early Dialog Terminated",
    "Error",
    "Event Package Not Supported",
    "Extension Required",
    "First Hop Lacks Outbound Support",
    "Flow Failed",
    "Forbidden",
    "Forbidden (Bad auth)",
    "Gateway Timeout",
    "Giving a try",
    "Gone",
    "In band info available",
    "Internal Server Error",
    "Interval Too Brief",
    "Invalid Identity Header",
    "Length Required",
    "Loop Detected",
    "Max-Breadth Exceeded",
    "Message Too Large",
    "Method Not Allowed",
    "Method Not Supported",
    "Moved Permanently",
    "Moved Temporarily",
    "Multiple Choices",
    "Network Blocked",
    "No Ack",
    "No Notification",
    "Not acceptable",
    "Not acceptable here",
    "Not Acceptable Media",
    "Not found",
    "Not Implemented",
    "Ok",
    "Payment Required",
    "Precondition Failure",
    "Precondition-Failure",
    "Provide Referrer Identity",
    "Proxy Authentication Required",
    "Push Notification Service Not Supported",
    "Queued",
    "Rejected",
    "Request Canceled",
    "Request Cancelled",
    "Request Entity Too Large",
    "Request pending",
    "Request Terminated",
    "Request Time-out",
    "Request Timeout",
    "Request URI Too Long",
    "Request-URI Too Long",
    "Requested Range Not Satisfiable",
    "Ringing",
    "Security Agreement Required",
    "Server Internal Error",
    "Server Time-out",
    "Server Timeout",
    "Service Temporarily Unavailable",
    "Service unavailable",
    "Session Interval Too Short",
    "Session Interval Too Small",
    "Session Progress",
    "Session Timer Too Small",
    "Subscription does not exist",
    "Temporarily Not Available",
    "Temporarily Unavailable",
    "Timeout",
    "Too Many Hops",
    "Trying",
    "trying -- your call is important to us",
    "Unauthorised",
    "Unauthorized",
    "Undecipherable",
    "Unknown Resource-Priority",
    "Unsupported Certificate",
    "Unsupported Credential",
    "Unsupported Media Type",
    "Unsupported URI Scheme",
    "Unwanted",
    "Use Identity Header",
    "Use Proxy",
    "User not found",
    "Version Not Supported",
    "Wrong Password",
};

static const char *const reason_protocols[] = {
    "5GMM",          "5GSM",      "DIAMETER",  "EMM",       "ESM",       "FAILURE_CAUSE", "IKEV2",
    "MEDIA",         "NGAP-MISC", "NGAP-NAS",  "NGAP-PROT", "NGAP-RNL",  "Preemption",    "Q.850",
    "RELEASE_CAUSE", "RTP",       "S1AP-MISC", "S1AP-NAS",  "S1AP-PROT", "S1AP-RNL",      "S1AP-TL",
    "S1AP-TNL",      "SIP",       "STIR",      "USER",      "X-int",     "X.int",
};

/* Q.850, RFC 4411, TS 24.229 and what exchanges write */
static const char *const reason_texts[] = {
    "A suspended call exists, but this call identity does not",
    "Access information discarded",
    "ACK timeout",
    "ALLOTTED_TIMEOUT",
    "ATTENDED_TRANSFER",
    "Bearer capability not authorized",
    "Bearer capability not implemented",
    "Bearer capability not presently available",
    "BEARERCAPABILITY_NOTIMPL",
    "BLIND_TRANSFER",
    "Busy",
    "Call awarded and being delivered in an established channel",
    "Call Completed",
    "Call completed elsewhere",
    "Call having the requested call identity has been cleared",
    "Call identity in use",
    "Call rejected",
    "Call Transfer",
    "Call transferred",
    "Call-setup time-out",
    "CALL_REJECTED",
    "Canceled by caller",
    "Channel type not implemented",
    "Channel unacceptable",
    "Completed elsewhere",
    "Destination out of order",
    "DESTINATION_OUT_OF_ORDER",
    "Exchange routing error",
    "Facility rejected",
    "Failed resources allocation",
    "Generic Preemption",
    "Hangup",
    "Identified channel does not exist",
    "Incoming calls barred",
    "Incoming calls barred within CUG",
    "Incompatible destination",
    "INCOMPATIBLE_DESTINATION",
    "Inconsistency in designated outgoing access information and subscriber class",
    "Information element non-existent or not implemented",
    "INTERWORKING",
    "Interworking, unspecified",
    "Invalid call reference value",
    "Invalid information element contents",
    "Invalid message, unspecified",
    "Invalid number format",
    "Invalid number format (address incomplete)",
    "Invalid transit network selection",
    "INVALID_NUMBER_FORMAT",
    "LOSE_RACE",
    "MANAGER_REQUEST",
    "Mandatory information element is missing",
    "MANDATORY_IE_MISSING",
    "Media bearer loss",
    "Media bearer or QoS lost",
    "Media timeout",
    "MEDIA_TIMEOUT",
    "Message not compatible with call state",
    "Message type non-existent or not implemented",
    "Message with unrecognized parameter, discarded",
    "Misdialled trunk prefix",
    "Network out of order",
    "Network Preemption",
    "NETWORK_OUT_OF_ORDER",
    "No ACK received",
    "No answer",
    "No answer from user",
    "No answer from user (user alerted)",
    "No call suspended",
    "No circuit/channel available",
    "No route to destination",
    "No route to specified transit network",
    "No user responding",
    "No user response",
    "NO_ANSWER",
    "NO_ROUTE_DESTINATION",
    "NO_USER_RESPONSE",
    "Non-existent CUG",
    "Non-IP Preemption",
    "Non-selected user clearing",
    "NONE",
    "Normal",
    "Normal call clearing",
    "Normal Clearing",
    "Normal unspecified",
    "Normal, unspecified",
    "NORMAL_CLEARING",
    "NORMAL_TEMPORARY_FAILURE",
    "NORMAL_UNSPECIFIED",
    "Number changed",
    "Only restricted digital information bearer capability is available",
    "ORIGINATOR_CANCEL",
    "Outgoing calls barred",
    "Outgoing calls barred within CUG",
    "Parameter non-existent or not implemented, passed on",
    "Permanent frame mode connection operational",
    "Permanent frame mode connection out of service",
    "PICKED_OFF",
    "Precedence call blocked",
    "Preemption",
    "Preemption - circuit reserved for reuse",
    "Protocol error, unspecified",
    "Quality of service not available",
    "Recovery on timer expiry",
    "RECOVERY_ON_TIMER_EXPIRE",
    "Redirection failure",
    "Redirection to new destination",
    "Release of signalling bearer",
    "Requested circuit/channel not available",
    "Requested facility not implemented",
    "Requested facility not subscribed",
    "Reserved Resources Preempted",
    "Resource unavailable, unspecified",
    "Response to STATUS ENQUIRY",
    "RTP timeout",
    "RTP/RTCP time-out",
    "Send special information tone",
    "Service or option not available, unspecified",
    "Service or option not implemented, unspecified",
    "SERVICE_UNAVAILABLE",
    "Session expired",
    "Session terminated",
    "Session timeout",
    "Session Timer Expired",
    "SIP response time-out",
    "SIP timeout - no ACK",
    "Subscriber absent",
    "SUBSCRIBER_ABSENT",
    "SWITCH_CONGESTION",
    "Switching equipment congestion",
    "Temporary failure",
    "Terminated",
    "Timeout",
    "Transferred",
    "UA Preemption",
    "Unallocated (unassigned) number",
    "Unallocated number",
    "UNALLOCATED_NUMBER",
    "Unconditional",
    "Unknown",
    "User busy",
    "User ends call",
    "User hangup",
    "User Hung Up",
    "User not member of CUG",
    "USER_BUSY",
    "USER_NOT_REGISTERED",
};

static const char *const recording_words[] = {
    "nopreference",
    "off",
    "on",
    "paused",
};

static const char *const refreshers[] = {
    "uac",
    "uas",
};

static const char *const regstates[] = {
    "reg",
    "unreg",
};

static const char *const renderings[] = {
    "no",
    "unknown",
    "yes",
};

static const char *const repeats[] = {
    "forever",
};

static const char *const report_words[] = {
    "0",  "1",     "adaptive", "CallTerm", "disabled", "enhanced", "G.107",   "off",
    "on", "P.564", "P.800.1",  "P.862",    "standard", "static",   "unknown", "unspecified",
};

static const char *const request_dispositions[] = {
    "cancel",   "fork",  "no-cancel", "no-fork", "no-queue", "no-recurse",
    "parallel", "proxy", "queue",     "recurse", "redirect", "sequential",
};

static const char *const resource_priorities[] = {
    "drsn.flash",
    "drsn.flash-override",
    "drsn.flash-override-override",
    "drsn.immediate",
    "drsn.priority",
    "drsn.routine",
    "dsn.flash",
    "dsn.flash-override",
    "dsn.immediate",
    "dsn.priority",
    "dsn.routine",
    "esnet.0",
    "esnet.1",
    "esnet.2",
    "esnet.3",
    "esnet.4",
    "esnet.5",
    "ets.0",
    "ets.1",
    "ets.2",
    "ets.3",
    "ets.4",
    "mcpttp.0",
    "mcpttp.1",
    "mcpttp.10",
    "mcpttp.11",
    "mcpttp.12",
    "mcpttp.13",
    "mcpttp.14",
    "mcpttp.15",
    "mcpttp.2",
    "mcpttp.3",
    "mcpttp.4",
    "mcpttp.5",
    "mcpttp.6",
    "mcpttp.7",
    "mcpttp.8",
    "mcpttp.9",
    "mcpttq.0",
    "mcpttq.1",
    "mcpttq.10",
    "mcpttq.11",
    "mcpttq.12",
    "mcpttq.13",
    "mcpttq.14",
    "mcpttq.15",
    "mcpttq.2",
    "mcpttq.3",
    "mcpttq.4",
    "mcpttq.5",
    "mcpttq.6",
    "mcpttq.7",
    "mcpttq.8",
    "mcpttq.9",
    "q735.0",
    "q735.1",
    "q735.2",
    "q735.3",
    "q735.4",
    "wps.0",
    "wps.1",
    "wps.2",
    "wps.3",
    "wps.4",
};

static const char *const restorations[] = {
    "noresponse",
};

static const char *const rpid_privacies[] = {
    "full", "name", "network", "no", "none", "off", "uri", "user", "yes",
};

static const char *const rpid_words[] = {
    "alias", "called", "calling", "return", "subscriber", "term", "uri", "user",
};

static const char *const rtcp_feedback[] = {
    "*",   "ack",  "app",  "ccm", "ecn",   "fir",   "goog-remb",    "nack",    "nack-pli", "pli",  "pslei",
    "rai", "rpsi", "rrtr", "sli", "tllei", "tmmbr", "transport-cc", "trr-int", "tstr",     "vbcm",
};

static const char *const rtcp_unicast[] = {
    "reflection",
    "rsi",
};

static const char *const rtcp_xr[] = {
    "grp-sync",     "pkt-dup-rle",     "pkt-loss-rle", "pkt-rcpt-times", "rcvr-rtt",
    "rcvr-rtt=all", "rcvr-rtt=sender", "stat-summary", "voip-metrics",
};

static const char *const sctp_protocols[] = {
    "bfcp",
    "clue",
    "webrtc-datachannel",
};

static const char *const sdp_directions[] = {
    "active", "both", "inactive", "passive", "recv", "recvonly", "send", "sendonly", "sendrecv",
};

static const char *const sdp_orients[] = {
    "landscape",
    "portrait",
    "seascape",
};

/* fixed words of products: no user name, version or host */
static const char *const sdp_origins[] = {
    "-",
    "Asterisk",
    "baresip",
    "Cisco-SIPUA",
    "CiscoSystemsCCM-SIP",
    "CiscoSystemsSIP-GW-UserAgent",
    "FreeSWITCH",
    "mozilla",
    "MxSIP",
    "PJSIP",
    "root",
    "RTPengine",
    "rtpproxy",
    "SIP",
    "SIPP",
    "Sippy",
    "UAC",
    "UAS",
    "VoipCall",
};

static const char *const security_algorithms[] = {
    "aes-cbc",      "aes-gcm",     "aes-gmac",      "AKAv1-MD5",        "AKAv2-MD5", "AKAv2-SHA-256",
    "des-ede3-cbc", "hmac-md5-96", "hmac-sha-1-96", "hmac-sha-256-128", "MD5",       "MD5-sess",
    "null",         "SHA-256",     "SHA-256-sess",  "SHA-512-256",
};

static const char *const security_mechanisms[] = {
    "bfcp-tls", "digest", "ipsec-3gpp", "ipsec-ike", "ipsec-man", "msrp-tls", "sdes-srtp", "tls",
};

static const char *const security_words[] = {
    "ah", "esp", "mediasec", "trans", "tun", "UDP-enc-tun",
};

static const char *const sescases[] = {
    "orig", "orig-cdiv",  "orig-cdiv-unreg",        "originating_registered",   "originating_unregistered",
    "term", "term-unreg", "terminating_registered", "terminating_unregistered",
};

/* fixed words of products: no user name, version or host */
static const char *const session_names[] = {
    "-",
    "A call",
    "Asterisk",
    "Asterisk PBX",
    "Audio",
    "Audio Session",
    "baresip",
    "Basic Session",
    "c",
    "call",
    "Cisco SDP 0",
    "conversation",
    "Download",
    "EmbeddedNet",
    "eyeBeam",
    "fax",
    "FreeSWITCH",
    "H323 Call",
    "media server",
    "Media session",
    "MSSIP",
    "No Name",
    "phone",
    "phone call",
    "phone-call",
    "pjmedia",
    "Play",
    "Playback",
    "Polycom IP Phone",
    "QuickTime",
    "RTP session",
    "s",
    "SBC Call",
    "SDP Data",
    "SDP Seminar",
    "Session",
    "Session SIP/SDP",
    "session-name",
    "Sip Call",
    "SIP Media Session",
    "SIP Session",
    "SIP_CALL",
    "SIPCall",
    "SIPp",
    "T.38 fax",
    "talk",
    "Unknown",
    "voip",
    "VoipCall",
    "X-Lite",
};

static const char *const setups[] = {
    "active",
    "actpass",
    "holdconn",
    "passive",
};

static const char *const siemens_call_types[] = {
    "external", "internal", "ST-external", "ST-insecure", "ST-internal", "ST-secure",
};

static const char *const signature_algorithms[] = {
    "ES256", "ES384", "HS256", "none", "RS256", "rsa-sha1",
};

static const char *const smime_words[] = {
    "certs-only", "compressed-data", "enveloped-data", "md5",    "sha-1",       "sha-256",
    "sha-384",    "sha-512",         "sha1",           "sha256", "signed-data",
};

static const char *const source_filters[] = {
    "excl",
    "incl",
};

static const char *const srtp_suites[] = {
    "AEAD_AES_128_GCM",          "AEAD_AES_128_GCM_8",      "AEAD_AES_256_GCM",
    "AEAD_AES_256_GCM_8",        "AES_192_CM_HMAC_SHA1_32", "AES_192_CM_HMAC_SHA1_80",
    "AES_256_CM_HMAC_SHA1_32",   "AES_256_CM_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32",
    "AES_CM_128_HMAC_SHA1_80",   "AES_CM_192_HMAC_SHA1_32", "AES_CM_192_HMAC_SHA1_80",
    "AES_CM_256_HMAC_SHA1_32",   "AES_CM_256_HMAC_SHA1_80", "ARIA_128_CTR_HMAC_SHA1_32",
    "ARIA_128_CTR_HMAC_SHA1_80", "F8_128_HMAC_SHA1_80",     "NULL_HMAC_SHA1_32",
    "NULL_HMAC_SHA1_80",         "SEED_128_CCM_80",         "SEED_128_GCM_96",
    "SEED_CTR_128_HMAC_SHA1_80",
};

static const char *const star[] = {
    "*",
};

static const char *const subscription_reasons[] = {
    "badfilter", "deactivated", "giveup", "invariant", "noresource", "probation", "rejected", "timeout",
};

static const char *const subscription_states[] = {
    "active", "init", "pending", "terminated", "waiting",
};

static const char *const t38_words[] = {
    "G3Fax",  "localTCF",  "t33g3",      "T38FaxUdpEC",      "t38G3AndV34G3",  "t38G3FaxOnly",
    "t38UDP", "t38UDPFEC", "t38UDPNoEC", "t38UDPRedundancy", "transferredTCF", "V34Fax",
};

static const char *const text_formats[] = {
    "fixed",
    "flowed",
    "no",
    "yes",
};

static const char *const transfer_encodings[] = {
    "7bit", "8bit", "base64", "binary", "quoted-printable",
};

static const char *const transports[] = {
    "any",      "auto", "DTLS",     "DTLS-UDP", "SCTP",    "SSL", "ssltcp",  "TCP", "tcp-act", "TCP-MTP",
    "tcp-pass", "TLS",  "TLS-SCTP", "TLS-TCP",  "TLS-UDP", "UDP", "UDP-MTP", "WS",  "WSS",
};

static const char *const uri_schemes[] = {
    "aaa",  "aaas",  "callto", "cid",  "data",    "fax",  "file",        "ftp",    "geo",   "h323",
    "http", "https", "iax",    "im",   "isbn",    "ldap", "ldaps",       "mailto", "mid",   "modem",
    "msrp", "msrps", "pres",   "rtsp", "service", "sip",  "sips",        "stun",   "stuns", "tel",
    "turn", "turns", "urn",    "ws",   "wss",     "xcon", "xcon-userid", "xmpp",
};

/* services, applications and extensions: constants of standards, also escaped as feature tags carry them */
static const char *const urns[] = {
    "EPSG:4326",
    "http://tools.ietf.org/html/draft-ietf-avtext-framemarking-07",
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions",
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "http://www.webrtc.org/experiments/rtp-hdrext/color-space",
    "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
    "http://www.webrtc.org/experiments/rtp-hdrext/transport-wide-cc-02",
    "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type",
    "http://www.webrtc.org/experiments/rtp-hdrext/video-timing",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.gsma-is",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.gsma-vs",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.callcomposer",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.callunanswered",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.chatbot",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.chatbot.sa",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.fthttp",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.fthttp-stream",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.ftsms",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.ftthumb",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.fullsfgroupchat",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.geopush",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.geosms",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.ipcall",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.jibemessage",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.mnc",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.plugin",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.sharedmap",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.sharedsketch",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.sm",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcs.xbotmessage",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcse.dp",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcse.ft",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcse.ft.http",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcse.im",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.rcse.sp",
    "urn%3Aurn-7%3A3gpp-application.ims.iari.sp.vs",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.gsma.callcomposer",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.gsma.callunanswered",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.gsma.ipcall",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.gsma.sharedmap",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.gsma.sharedsketch",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.iut",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.mcdata",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.mcdata.fd",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.mcdata.sds",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.mcptt",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.mcvideo",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.mmtel",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.deferred",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.filetransfer",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.filetransfer.group",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.largemsg",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.msg",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.msg.group",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.sdn",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.session",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.session.group",
    "urn%3Aurn-7%3A3gpp-service.ims.icsi.oma.cpm.systemmsg",
    "urn:3gpp:roi-sent",
    "urn:3gpp:video-orientation",
    "urn:3gpp:video-orientation:6",
    "urn:ietf:params:rtp-hdrext:csrc-audio-level",
    "urn:ietf:params:rtp-hdrext:encrypt",
    "urn:ietf:params:rtp-hdrext:ntp-56",
    "urn:ietf:params:rtp-hdrext:ntp-64",
    "urn:ietf:params:rtp-hdrext:sdes:cname",
    "urn:ietf:params:rtp-hdrext:sdes:mid",
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:smpte-tc",
    "urn:ietf:params:rtp-hdrext:splicing-interval",
    "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "urn:ietf:params:rtp-hdrext:toffset",
    "urn:ogc:def:crs:EPSG::4326",
    "urn:ogc:def:crs:EPSG::4979",
    "urn:ogc:def:uom:EPSG::9001",
    "urn:ogc:def:uom:EPSG::9101",
    "urn:ogc:def:uom:EPSG::9102",
    "urn:service:counseling",
    "urn:service:counseling.children",
    "urn:service:counseling.mental-health",
    "urn:service:counseling.suicide",
    "urn:service:sos",
    "urn:service:sos.ambulance",
    "urn:service:sos.animal-control",
    "urn:service:sos.country-specific",
    "urn:service:sos.ecall.automatic",
    "urn:service:sos.ecall.manual",
    "urn:service:sos.fire",
    "urn:service:sos.gas",
    "urn:service:sos.marine",
    "urn:service:sos.mountain",
    "urn:service:sos.physician",
    "urn:service:sos.poison",
    "urn:service:sos.police",
    "urn:service:test.sos",
    "urn:service:unspecified",
    "urn:urn-7:3gpp-application.ims.iari.gsma-is",
    "urn:urn-7:3gpp-application.ims.iari.gsma-vs",
    "urn:urn-7:3gpp-application.ims.iari.rcs.callcomposer",
    "urn:urn-7:3gpp-application.ims.iari.rcs.callunanswered",
    "urn:urn-7:3gpp-application.ims.iari.rcs.chatbot",
    "urn:urn-7:3gpp-application.ims.iari.rcs.chatbot.sa",
    "urn:urn-7:3gpp-application.ims.iari.rcs.fthttp",
    "urn:urn-7:3gpp-application.ims.iari.rcs.fthttp-stream",
    "urn:urn-7:3gpp-application.ims.iari.rcs.ftsms",
    "urn:urn-7:3gpp-application.ims.iari.rcs.ftthumb",
    "urn:urn-7:3gpp-application.ims.iari.rcs.fullsfgroupchat",
    "urn:urn-7:3gpp-application.ims.iari.rcs.geopush",
    "urn:urn-7:3gpp-application.ims.iari.rcs.geosms",
    "urn:urn-7:3gpp-application.ims.iari.rcs.ipcall",
    "urn:urn-7:3gpp-application.ims.iari.rcs.jibemessage",
    "urn:urn-7:3gpp-application.ims.iari.rcs.mnc",
    "urn:urn-7:3gpp-application.ims.iari.rcs.plugin",
    "urn:urn-7:3gpp-application.ims.iari.rcs.sharedmap",
    "urn:urn-7:3gpp-application.ims.iari.rcs.sharedsketch",
    "urn:urn-7:3gpp-application.ims.iari.rcs.sm",
    "urn:urn-7:3gpp-application.ims.iari.rcs.xbotmessage",
    "urn:urn-7:3gpp-application.ims.iari.rcse.dp",
    "urn:urn-7:3gpp-application.ims.iari.rcse.ft",
    "urn:urn-7:3gpp-application.ims.iari.rcse.ft.http",
    "urn:urn-7:3gpp-application.ims.iari.rcse.im",
    "urn:urn-7:3gpp-application.ims.iari.rcse.sp",
    "urn:urn-7:3gpp-application.ims.iari.sp.vs",
    "urn:urn-7:3gpp-service.ims.icsi",
    "urn:urn-7:3gpp-service.ims.icsi.gsma.callcomposer",
    "urn:urn-7:3gpp-service.ims.icsi.gsma.callunanswered",
    "urn:urn-7:3gpp-service.ims.icsi.gsma.ipcall",
    "urn:urn-7:3gpp-service.ims.icsi.gsma.sharedmap",
    "urn:urn-7:3gpp-service.ims.icsi.gsma.sharedsketch",
    "urn:urn-7:3gpp-service.ims.icsi.iut",
    "urn:urn-7:3gpp-service.ims.icsi.mcdata",
    "urn:urn-7:3gpp-service.ims.icsi.mcdata.fd",
    "urn:urn-7:3gpp-service.ims.icsi.mcdata.sds",
    "urn:urn-7:3gpp-service.ims.icsi.mcptt",
    "urn:urn-7:3gpp-service.ims.icsi.mcvideo",
    "urn:urn-7:3gpp-service.ims.icsi.mmtel",
    "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.deferred",
    "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.filetransfer",
    "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.filetransfer.group",
    "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.largemsg",
    "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.msg",
    "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.msg.group",
    "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.sdn",
    "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.session",
    "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.session.group",
    "urn:urn-7:3gpp-service.ims.icsi.oma.cpm.systemmsg",
};

static const char *const user_locations[] = {
    "external",
    "internal",
};

static const char *const user_params[] = {
    "any",
    "dialstring",
    "ip",
    "phone",
};

static const char *const uui_words[] = {
    "call-center", "hex", "isdn-interwork", "isdn-uui", "isdn-uui-data",
};

static const char *const verstats[] = {
    "No-Priority-Verstat",  "No-TN-Validation",       "Priority-Verstat-Failed", "Priority-Verstat-Passed",
    "TN-Validation-Failed", "TN-Validation-Failed-A", "TN-Validation-Failed-B",  "TN-Validation-Failed-C",
    "TN-Validation-Passed", "TN-Validation-Passed-A", "TN-Validation-Passed-B",  "TN-Validation-Passed-C",
    "Verstat-Failed",       "Verstat-Passed",
};

/* RFC 3261 section 20.43, 5630, 8373 */
static const char *const warn_texts[] = {
    "Attribute not understood",
    "Incompatible bandwidth units",
    "Incompatible language specification",
    "Incompatible media format",
    "Incompatible network address formats",
    "Incompatible network protocol",
    "Incompatible transport protocol",
    "Insufficient bandwidth",
    "Media type not available",
    "Miscellaneous warning",
    "Multicast not available",
    "Session description parameter not understood",
    "SIPS Not Allowed",
    "SIPS Required",
    "Unicast not available",
};

static const char *const xml_events[] = {
    "active",      "application",  "approved",   "audio",    "cancelled",    "connected", "created",
    "deactivated", "disconnected", "error",      "expired",  "giveup",       "inactive",  "local-bye",
    "message",     "noresource",   "on-hold",    "pending",  "probation",    "recvonly",  "refreshed",
    "registered",  "rejected",     "remote-bye", "replaced", "sendonly",     "sendrecv",  "shortened",
    "subscribe",   "terminated",   "text",       "timeout",  "unregistered", "video",     "waiting",
};

static const char *const xml_namespaces[] = {
    "http://schema.broadsoft.com/callcenter",
    "http://schema.broadsoft.com/xsi",
    "http://schema.broadsoft.com/xsi-namespace",
    "http://schemas.microsoft.com/2002/09/sip/presence",
    "http://schemas.microsoft.com/2002/09/sip/presrules",
    "http://schemas.microsoft.com/2006/09/sip/categories",
    "http://schemas.microsoft.com/2006/09/sip/categorylist",
    "http://schemas.microsoft.com/2006/09/sip/contacts",
    "http://schemas.microsoft.com/2006/09/sip/mrasp",
    "http://schemas.microsoft.com/2006/09/sip/provisioninggrouplist",
    "http://schemas.microsoft.com/2006/09/sip/rich-presence",
    "http://schemas.microsoft.com/2006/09/sip/roaming-self",
    "http://schemas.microsoft.com/2007/03/sip/device",
    "http://schemas.microsoft.com/2008/09/sip/state",
    "http://schemas.microsoft.com/rtc/2005/08/confinfoextensions",
    "http://schemas.microsoft.com/rtc/2005/08/confinfoseparator",
    "http://schemas.microsoft.com/rtc/2008/12/confinfoextensions",
    "http://schemas.microsoft.com/rtc/2009/05/simplejoinconfdoc",
    "http://schemas.xmlsoap.org/soap/envelope/",
    "http://uri.etsi.org/ngn/params/xml/comm-div-info",
    "http://uri.etsi.org/ngn/params/xml/simservs/aoc",
    "http://uri.etsi.org/ngn/params/xml/simservs/mcid",
    "http://uri.etsi.org/ngn/params/xml/simservs/pstn",
    "http://uri.etsi.org/ngn/params/xml/simservs/xcap",
    "http://www.ecma-international.org/standards/ecma-323/csta/ed3",
    "http://www.ecma-international.org/standards/ecma-323/csta/ed4",
    "http://www.ecma-international.org/standards/ecma-323/csta/ed5",
    "http://www.opengis.net/gml",
    "http://www.opengis.net/gml/3.2",
    "http://www.opengis.net/pidflo/1.0",
    "http://www.w3.org/2000/09/xmldsig#",
    "http://www.w3.org/2000/xmlns/",
    "http://www.w3.org/2001/XMLSchema",
    "http://www.w3.org/2001/XMLSchema-instance",
    "http://www.w3.org/2003/05/soap-envelope",
    "http://www.w3.org/XML/1998/namespace",
    "urn:3gpp:ns:commDivInfo:1.0",
    "urn:3gpp:ns:ext:regExtInfo",
    "urn:3gpp:ns:extRegExp:1.0",
    "urn:3gpp:ns:extRegInfo:1.0",
    "urn:3gpp:ns:mcpttInfo:1.0",
    "urn:3gpp:ns:mcpttLocationInfo:1.0",
    "urn:3gpp:ns:ussd",
    "urn:3gpp:ns:ussd:1.0",
    "urn:gsma:params:xml:ns:rcs:rcs:callcomposer",
    "urn:gsma:params:xml:ns:rcs:rcs:fthttp",
    "urn:gsma:params:xml:ns:rcs:rcs:geolocation",
    "urn:gsma:params:xml:ns:rcs:rcs:up:fthttpext",
    "urn:ietf:params:cpim-presence:",
    "urn:ietf:params:xml:ns:basic-policy",
    "urn:ietf:params:xml:ns:common-policy",
    "urn:ietf:params:xml:ns:conference-info",
    "urn:ietf:params:xml:ns:consent-rules",
    "urn:ietf:params:xml:ns:copyControl",
    "urn:ietf:params:xml:ns:cpim-pidf",
    "urn:ietf:params:xml:ns:cpim-pidf:1.0",
    "urn:ietf:params:xml:ns:dialog-info",
    "urn:ietf:params:xml:ns:EmergencyCallData",
    "urn:ietf:params:xml:ns:EmergencyCallData:control",
    "urn:ietf:params:xml:ns:geopriv:conf",
    "urn:ietf:params:xml:ns:geopriv:held",
    "urn:ietf:params:xml:ns:geopriv:held:id",
    "urn:ietf:params:xml:ns:gruuinfo",
    "urn:ietf:params:xml:ns:im-iscomposing",
    "urn:ietf:params:xml:ns:imdn",
    "urn:ietf:params:xml:ns:kpml-request",
    "urn:ietf:params:xml:ns:kpml-response",
    "urn:ietf:params:xml:ns:load-control",
    "urn:ietf:params:xml:ns:mediadataset",
    "urn:ietf:params:xml:ns:msc-cpd",
    "urn:ietf:params:xml:ns:msc-ivr",
    "urn:ietf:params:xml:ns:msc-mixer",
    "urn:ietf:params:xml:ns:pidf",
    "urn:ietf:params:xml:ns:pidf-diff",
    "urn:ietf:params:xml:ns:pidf:caps",
    "urn:ietf:params:xml:ns:pidf:cipid",
    "urn:ietf:params:xml:ns:pidf:data-model",
    "urn:ietf:params:xml:ns:pidf:geopriv10",
    "urn:ietf:params:xml:ns:pidf:geopriv10:basicPolicy",
    "urn:ietf:params:xml:ns:pidf:geopriv10:civicAddr",
    "urn:ietf:params:xml:ns:pidf:geopriv10:civicLoc",
    "urn:ietf:params:xml:ns:pidf:geopriv10:dynamic",
    "urn:ietf:params:xml:ns:pidf:im",
    "urn:ietf:params:xml:ns:pidf:person",
    "urn:ietf:params:xml:ns:pidf:rpid",
    "urn:ietf:params:xml:ns:pidf:rpid-status",
    "urn:ietf:params:xml:ns:pidf:rpid-tuple",
    "urn:ietf:params:xml:ns:pidf:rpid:rpid-person",
    "urn:ietf:params:xml:ns:pidf:servcaps",
    "urn:ietf:params:xml:ns:pidf:status:rpid",
    "urn:ietf:params:xml:ns:pidf:timed-status",
    "urn:ietf:params:xml:ns:pres-rules",
    "urn:ietf:params:xml:ns:recording",
    "urn:ietf:params:xml:ns:recording:1",
    "urn:ietf:params:xml:ns:reginfo",
    "urn:ietf:params:xml:ns:resource-lists",
    "urn:ietf:params:xml:ns:resource-lists-diff",
    "urn:ietf:params:xml:ns:rlmi",
    "urn:ietf:params:xml:ns:rls-services",
    "urn:ietf:params:xml:ns:sa-dialog-info",
    "urn:ietf:params:xml:ns:simple-filter",
    "urn:ietf:params:xml:ns:vcard-4.0",
    "urn:ietf:params:xml:ns:watcherinfo",
    "urn:ietf:params:xml:ns:xcap-caps",
    "urn:ietf:params:xml:ns:xcap-diff",
    "urn:ietf:params:xml:ns:xcap-error",
    "urn:oma:xml:pde:pidf:ext",
    "urn:oma:xml:poc:list-service",
    "urn:oma:xml:poc:poc2.0-presence",
    "urn:oma:xml:prs:pidf:oma-pres",
    "urn:oma:xml:xdm:extensions",
    "urn:oma:xml:xdm:resource-list",
};

static const char *const xml_params[] = {
    "+sip.byeless", "+sip.ice", "+sip.instance", "+sip.rendering", "appearance", "audio",
    "events",       "expires",  "methods",       "path",           "q",          "received",
    "reg-id",       "video",    "x-line-id",
};

static const char *const xml_states[] = {
    "active",       "alerting",
    "available",    "away",
    "berightback",  "busy",
    "chat",         "closed",
    "confirmed",    "connected",
    "deleted",      "dialing-in",
    "dialing-out",  "disconnected",
    "dnd",          "early",
    "full",         "idle",
    "inactive",     "init",
    "inuse",        "muted-via-focus",
    "offline",      "ok",
    "on-hold",      "on-the-phone",
    "online",       "onthephone",
    "open",         "outtolunch",
    "partial",      "pending",
    "proceeding",   "registered",
    "success",      "terminated",
    "trying",       "unknown",
    "unregistered", "waiting",
    "xa",
};

static const char *const xml_words[] = {
    "adhoc",
    "anonymous-emergencyregistration",
    "application",
    "audio",
    "bcc",
    "bearer",
    "booted",
    "busy",
    "CallForwardingAlways",
    "CallForwardingBusy",
    "CallForwardingNoAnswer",
    "cc",
    "chat",
    "complete",
    "completed",
    "conf-uri",
    "deleted",
    "departed",
    "dialed-in",
    "dialed-out",
    "emergency",
    "emergency-registration",
    "event",
    "failed",
    "focus-owner",
    "forwarding",
    "initiator",
    "message",
    "metadata",
    "none",
    "normal",
    "one-shot",
    "partial",
    "participation",
    "persist",
    "prearranged",
    "private",
    "Protected",
    "recipient",
    "recording",
    "rectangular",
    "restoration",
    "single-notify",
    "streaming",
    "temporary",
    "text",
    "to",
    "video",
    "wait",
    "web-page",
    "webcast",
};

#define ROW(name, array)                                                                                     \
    {                                                                                                        \
        name, array, G_N_ELEMENTS(array), NULL                                                               \
    }
#define ROW_AND(name, array, also)                                                                           \
    {                                                                                                        \
        name, array, G_N_ELEMENTS(array), also                                                               \
    }

const struct policy_list policy_lists[] = {
    ROW("access-types", access_types),
    ROW("addrtypes", addrtypes),
    ROW("alerts", alerts),
    ROW("answer-modes", answer_modes),
    ROW("answer-states", answer_states),
    ROW("appearance-states", appearance_states),
    ROW("attestations", attestations),
    ROW("auth-algorithms", auth_algorithms),
    ROW("auth-errors", auth_errors),
    ROW("auth-schemes", auth_schemes),
    ROW("booleans", booleans),
    ROW("bwtypes", bwtypes),
    ROW("call-completion-states", call_completion_states),
    ROW("call-completions", call_completions),
    ROW("call-info-purposes", call_info_purposes),
    ROW("calling-party-categories", calling_party_categories),
    ROW("capability-tags", capability_tags),
    ROW("charsets", charsets),
    ROW("chatroom-tokens", chatroom_tokens),
    ROW("codecs", codecs),
    ROW("compressions", compressions),
    ROW("conference-types", conference_types),
    ROW("connections", connections),
    ROW("content-encodings", content_encodings),
    ROW("dash", dash),
    ROW("dcs-osps", dcs_osps),
    ROW("directions", directions),
    ROW("dispositions", dispositions),
    ROW("diversion-reasons", diversion_reasons),
    ROW("e2ae-words", e2ae_words),
    ROW("early-media", early_media),
    ROW("event-bodies", event_bodies),
    ROW("event-packages", event_packages),
    ROW("external-bodies", external_bodies),
    ROW("feature-values", feature_values),
    ROW("floor-controls", floor_controls),
    ROW("freeswitch-features", freeswitch_features),
    ROW("functional-entities", functional_entities),
    ROW("functional-roles", functional_roles),
    ROW("group-semantics", group_semantics),
    ROW("handlings", handlings),
    ROW("hash-functions", hash_functions),
    ROW("hides", hides),
    ROW("ice-options", ice_options),
    ROW("info-packages", info_packages),
    ROW("integrity-protected", integrity_protected),
    ROW("iois", iois),
    ROW("iotls", iotls),
    ROW("isub-encodings", isub_encodings),
    ROW("isup-versions", isup_versions),
    ROW("languages", languages),
    ROW("location-methods", location_methods),
    ROW("manscdp-words", manscdp_words),
    ROW("media", media),
    ROW("media-contents", media_contents),
    ROW("media-formats", media_formats),
    ROW("media-ids", media_ids),
    ROW("media-types", media_types),
    ROW("methods", methods),
    ROW("ms-words", ms_words),
    ROW("nettypes", nettypes),
    ROW("nil-session", nil_session),
    ROW("number-types", number_types),
    ROW("option-tags", option_tags),
    ROW("overload-algorithms", overload_algorithms),
    ROW("passport-types", passport_types),
    ROW("precondition-words", precondition_words),
    ROW("premium-rates", premium_rates),
    ROW("priorities", priorities),
    ROW("priority-shares", priority_shares),
    ROW("priv-values", priv_values),
    ROW("profile-types", profile_types),
    ROW("protos", protos),
    ROW("push-providers", push_providers),
    ROW("qops", qops),
    ROW("realms", realms),
    ROW("reason-locations", reason_locations),
    ROW("reason-phrases", reason_phrases),
    ROW("reason-protocols", reason_protocols),
    ROW_AND("reason-texts", reason_texts, "reason-phrases"),
    ROW("recording-words", recording_words),
    ROW("refreshers", refreshers),
    ROW("regstates", regstates),
    ROW("renderings", renderings),
    ROW("repeats", repeats),
    ROW("report-words", report_words),
    ROW("request-dispositions", request_dispositions),
    ROW("resource-priorities", resource_priorities),
    ROW("restorations", restorations),
    ROW("rpid-privacies", rpid_privacies),
    ROW("rpid-words", rpid_words),
    ROW("rtcp-feedback", rtcp_feedback),
    ROW("rtcp-unicast", rtcp_unicast),
    ROW("rtcp-xr", rtcp_xr),
    ROW("sctp-protocols", sctp_protocols),
    ROW("sdp-directions", sdp_directions),
    ROW("sdp-orients", sdp_orients),
    ROW("sdp-origins", sdp_origins),
    ROW("security-algorithms", security_algorithms),
    ROW("security-mechanisms", security_mechanisms),
    ROW("security-words", security_words),
    ROW("sescases", sescases),
    ROW("session-names", session_names),
    ROW("setups", setups),
    ROW("siemens-call-types", siemens_call_types),
    ROW("signature-algorithms", signature_algorithms),
    ROW("smime-words", smime_words),
    ROW("source-filters", source_filters),
    ROW("srtp-suites", srtp_suites),
    ROW("star", star),
    ROW("subscription-reasons", subscription_reasons),
    ROW("subscription-states", subscription_states),
    ROW("t38-words", t38_words),
    ROW("text-formats", text_formats),
    ROW("transfer-encodings", transfer_encodings),
    ROW("transports", transports),
    ROW("uri-schemes", uri_schemes),
    ROW_AND("urns", urns, "alerts"),
    ROW("user-locations", user_locations),
    ROW("user-params", user_params),
    ROW("uui-words", uui_words),
    ROW("verstats", verstats),
    ROW("warn-texts", warn_texts),
    ROW("xml-events", xml_events),
    ROW("xml-namespaces", xml_namespaces),
    ROW("xml-params", xml_params),
    ROW("xml-states", xml_states),
    ROW("xml-words", xml_words),
};

const guint policy_n_lists = G_N_ELEMENTS(policy_lists);

/* --- search -------------------------------------------------------------------------------------- */

const struct policy_list *policy_list(const char *name)
{
    guint low = 0, high = policy_n_lists;
    while (low < high) {
        guint middle = (low + high) / 2;
        gint order = strcmp(name, policy_lists[middle].name);
        if (order == 0)
            return &policy_lists[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

/* ASCII letters as lower case, all other bytes as they are. */
static gint lower(guint8 c)
{
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

static gint compare(struct bytes b, const char *entry)
{
    gsize i = 0;
    for (; i < b.n && entry[i]; i++) {
        gint order = lower(b.p[i]) - lower((guint8)entry[i]);
        if (order)
            return order;
    }
    return i < b.n ? 1 : entry[i] ? -1 : 0;
}

gboolean policy_list_has(const struct policy_list *list, struct bytes value)
{
    guint low = 0, high = list->n;
    while (low < high) {
        guint middle = (low + high) / 2;
        gint order = compare(value, list->entries[middle]);
        if (order == 0)
            return TRUE;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return list->also && policy_list_has(policy_list(list->also), value);
}

/* --- reason phrases -------------------------------------------------------------------------------- */

/* IANA, sip-parameters 2026-07-30. */
static const struct {
    guint status;
    const char *phrase;
} phrases[] = {
    {100, "Trying"},
    {180, "Ringing"},
    {181, "Call Is Being Forwarded"},
    {182, "Queued"},
    {183, "Session Progress"},
    {199, "Early Dialog Terminated"},
    {200, "OK"},
    {202, "Accepted"},
    {204, "No Notification"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Moved Temporarily"},
    {305, "Use Proxy"},
    {380, "Alternative Service"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {407, "Proxy Authentication Required"},
    {408, "Request Timeout"},
    {410, "Gone"},
    {412, "Conditional Request Failed"},
    {413, "Request Entity Too Large"},
    {414, "Request-URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Unsupported URI Scheme"},
    {417, "Unknown Resource-Priority"},
    {420, "Bad Extension"},
    {421, "Extension Required"},
    {422, "Session Interval Too Small"},
    {423, "Interval Too Brief"},
    {424, "Bad Location Information"},
    {425, "Bad Alert Message"},
    {428, "Use Identity Header"},
    {429, "Provide Referrer Identity"},
    {430, "Flow Failed"},
    {433, "Anonymity Disallowed"},
    {436, "Bad Identity Info"},
    {437, "Unsupported Credential"},
    {438, "Invalid Identity Header"},
    {439, "First Hop Lacks Outbound Support"},
    {440, "Max-Breadth Exceeded"},
    {469, "Bad Info Package"},
    {470, "Consent Needed"},
    {480, "Temporarily Unavailable"},
    {481, "Call/Transaction Does Not Exist"},
    {482, "Loop Detected"},
    {483, "Too Many Hops"},
    {484, "Address Incomplete"},
    {485, "Ambiguous"},
    {486, "Busy Here"},
    {487, "Request Terminated"},
    {488, "Not Acceptable Here"},
    {489, "Bad Event"},
    {491, "Request Pending"},
    {493, "Undecipherable"},
    {494, "Security Agreement Required"},
    {500, "Server Internal Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Server Time-out"},
    {505, "Version Not Supported"},
    {513, "Message Too Large"},
    {555, "Push Notification Service Not Supported"},
    {580, "Precondition Failure"},
    {600, "Busy Everywhere"},
    {603, "Decline"},
    {604, "Does Not Exist Anywhere"},
    {606, "Not Acceptable"},
    {607, "Unwanted"},
    {608, "Rejected"},
};

static const char *find_phrase(guint status)
{
    for (guint i = 0; i < G_N_ELEMENTS(phrases); i++)
        if (phrases[i].status == status)
            return phrases[i].phrase;
    return NULL;
}

const char *policy_reason_phrase(guint status)
{
    const char *phrase = find_phrase(status);
    if (!phrase)
        phrase = find_phrase(status / 100 * 100);
    return phrase ? phrase : "Unknown";
}
