//! Texts that are masked and texts that must not change.

use std::borrow::Cow;

use proptest::prelude::*;

use super::*;

#[test]
fn accounts_are_masked() {
    let table = [
        (
            "aliuid:1422133474238823 assumeOssRole not exist,serviceName:x",
            "aliuid:… assumeOssRole not exist,serviceName:x",
        ),
        ("aliuid:12", "aliuid:…"),
        ("aliUid = '1422133474238823'", "aliUid = '…'"),
        ("aliuid\t1422133474238823", "aliuid\t…"),
        ("aliuid\n      1422133474238823", "aliuid\n      …"),
        ("aliuid:\u{200b}1422133474238823", "aliuid:\u{200b}…"),
        (r#"{\"aliuid\":\"1422133474238823\"}"#, r#"{\"aliuid\":\"…\"}"#),
        (r#""OwnerId": "1422133474238823""#, r#""OwnerId": "…""#),
        ("account id 1422133474238823, owner_id=142213347423882", "account id …, owner_id=…"),
        ("User 1422133474238823 has no right", "User … has no right"),
        ("account #1422133474238823", "account #…"),
        ("account # 1422133474238823", "account # …"),
        ("account no. 1422133474238823", "account no. …"),
        ("The account ID is 1422133474238823.", "The account ID is …."),
        ("the account with the id 1422133474238823", "the account with the id …"),
        ("owner.id=1422133474238823", "owner.id=…"),
        ("owner_id - 142213347423, aliuid_ :12", "owner_id - …, aliuid_ :…"),
        ("uid1422133474238823 uid-1422133474238823 UID_1422133474238823", "uid… uid-… UID_…"),
        ("account1: 1422133474238823", "account1: …"),
        ("GET /accounts/1422133474238823/roles", "GET /accounts/…/roles"),
        ("<Owner><ID>1422133474238823</ID></Owner>", "<Owner><ID>…</ID></Owner>"),
        ("account `1422133474238823`", "account `…`"),
        ("{\"Owner\":{\"Id\":1422133474238823}}", "{\"Owner\":{\"Id\":…}}"),
        (r#"{\\\"Owner\\\":{\\\"Id\\\":1422133474238823}}"#, r#"{\\\"Owner\\\":{\\\"Id\\\":…}}"#),
        ("账号 aliuid:1422133474238823。", "账号 aliuid:…。"),
        ("主账号ID：1422133474238823", "主账号ID：…"),
        ("账号 1422133474238823 不存在", "账号 … 不存在"),
        ("账号1422133474238823不存在", "账号…不存在"),
        ("账号ID为1422133474238823", "账号ID为…"),
        ("账号 ID 是 “1422133474238823”", "账号 ID 是 “…”"),
        ("用户（1422133474238823）无权限", "用户（…）无权限"),
        ("請檢查帳號：1422133474238823", "請檢查帳號：…"),
        ("uid：1422133474238823", "uid：…"),
    ];
    for (text, masked) in table {
        assert_eq!(redact(text), masked);
    }
}

#[test]
fn lists_are_masked() {
    let table = [
        ("uids=[1422133474238823,1422133474238824]", "uids=[…,…]"),
        ("uids=1422133474238823, 1422133474238824; 1422133474238825", "uids=…, …; …"),
        ("uids=['1422133474238823', '1422133474238824']", "uids=['…', '…']"),
        ("accounts 1422133474238823 and 1422133474238824", "accounts … and …"),
        ("accounts 1422133474238823, 1422133474238824, or 1422133474238825", "accounts …, …, or …"),
        ("账号1422133474238823、1422133474238824和1422133474238825", "账号…、…和…"),
        // Not a list: a time follows.
        ("uid=1422133474238823 1748421500000 ERROR", "uid=… 1748421500000 ERROR"),
        ("uid=1422133474238823,1748421500000,ERROR", "uid=…,1748421500000,ERROR"),
        ("uid=1422133474238823, task 1422133474238824", "uid=…, task 1422133474238824"),
    ];
    for (text, masked) in table {
        assert_eq!(redact(text), masked);
    }
}

#[test]
fn names_with_accounts_are_masked() {
    let table = [
        ("acs:ram::1422133474238823:role/x", "acs:ram::…:role/x"),
        ("ACS:RAM::1422133474238823:ROLE/X", "ACS:RAM::…:ROLE/X"),
        ("on acs:polardb:cn-hangzhou:1422133474238823:*", "on acs:polardb:cn-hangzhou:…:*"),
        ("acs:log:*:1422133474238823:project/x", "acs:log:*:…:project/x"),
        ("acs:ram::acs:acs::1422133474238823:x", "acs:ram::acs:acs::…:x"),
        ("ann@1422133474238823.onaliyun.com", "ann@….onaliyun.com"),
        ("https://1422133474238823.cn-hangzhou.fc.aliyuncs.com/x", "https://….cn-hangzhou.fc.aliyuncs.com/x"),
        ("1422133474238823.cn-hangzhou-internal.FC.ALIYUNCS.COM", "….cn-hangzhou-internal.FC.ALIYUNCS.COM"),
        (
            "log-service-1422133474238823-cn-hangzhou.cn-hangzhou.log.aliyuncs.com",
            "log-service-…-cn-hangzhou.cn-hangzhou.log.aliyuncs.com",
        ),
    ];
    for (text, masked) in table {
        assert_eq!(redact(text), masked);
    }
}

#[test]
fn escaped_texts_are_read() {
    let table = [
        ("acs%3Aram%3A%3A1422133474238823%3Arole%2Fx", "acs%3Aram%3A%3A…%3Arole%2Fx"),
        ("acs%3aram%3a%3a1422133474238823%3arole", "acs%3aram%3a%3a…%3arole"),
        ("acs%253Aram%253A%253A1422133474238823", "acs%253Aram%253A%253A…"),
        ("?OwnerId%3D1422133474238823", "?OwnerId%3D…"),
        ("%22uid%22%3A%221422133474238823%22", "%22uid%22%3A%22…%22"),
        ("uid%201422133474238823", "uid%20…"),
        ("%E8%B4%A6%E5%8F%B7%EF%BC%9A1422133474238823", "%E8%B4%A6%E5%8F%B7%EF%BC%9A…"),
        (r"aliuid\t1422133474238823", r"aliuid\t…"),
        (r"uid\u003a\u00221422133474238823\u0022", r"uid\u003a\u0022…\u0022"),
        (r"\u8d26\u53f7\uff1a1422133474238823", r"\u8d26\u53f7\uff1a…"),
        (r"next line:\nLTAI5tAbCdEfGhIjKlMnOpQr", r"next line:\nLTAI…"),
        ("account &quot;1422133474238823&quot;", "account &quot;…&quot;"),
        ("account&#58;1422133474238823", "account&#58;…"),
        ("key%3DLTAI5tAbCdEfGhIjKlMnOpQr", "key%3DLTAI…"),
        ("id%3DSTS.NUAbCdEfGhIjKl", "id%3DSTS.…"),
        ("mail=ann%40example.com", "mail=…"),
    ];
    for (text, masked) in table {
        assert_eq!(redact(text), masked);
    }
}

#[test]
fn keys_tokens_and_addresses_are_masked() {
    let cais = "CAIS8wF1q6Ft5B2yfSjIr5fDOYPCp+wE8rKyR3P9i2Y2bu5Pvfz7uhHvU=";
    let table = [
        ("key LTAI5tAbCdEfGhIjKlMnOpQr and STS.NUAbCdEfGhIjKl, TMP.3KAbCdEfGh", "key LTAI… and STS.…, TMP.…"),
        ("STS.NU1a STS.AbCdEf", "STS.… STS.…"),
        ("STS.AccountId=1422133474238823", "STS.…=…"),
        (&format!("SecurityToken={cais}"), "SecurityToken=…"),
        (&format!("the token {cais} expired"), "the token … expired"),
        (&format!("SecurityToken={}&x=1", cais.replace('+', "%2B")), "SecurityToken=…&x=1"),
        (&cais.replace('+', r"\/"), "…"),
        ("SecurityToken=CAISabc123", "SecurityToken=…"),
        ("x-acs-security-token: abcdEFGH1234", "x-acs-security-token: …"),
        ("AccessKeySecret=Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0", "AccessKeySecret=…"),
        ("access_key_secret: 'Ab1Cd2Ef'.", "access_key_secret: '…'."),
        (r#"{\"AccessKeySecret\":\"AbCdEfGhIjKlMnOpQrStUvWxYz\"}"#, r#"{\"AccessKeySecret\":\"…\"}"#),
        ("<AccessKeySecret>Ab1Cd2Ef3</AccessKeySecret>", "<AccessKeySecret>…</AccessKeySecret>"),
        ("AccessKey ID=abcd1234EFGH5678", "AccessKey ID=…"),
        ("Signature%3Dk7Fh2%2Fx1%3D", "Signature%3D…"),
        ("Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgN_x-y", "Bearer …"),
        ("mail ann.smith+x@mail.example.com.", "mail …."),
        ("ann@163.com", "…"),
        ("联系ann@vip.163.com。", "联系…。"),
        ("ann@company.onaliyun.com", "…"),
        (r"To:\nann@example.com", r"To:\n…"),
        ("ann@STS.NU1abcdefgh", "…"),
    ];
    for (text, masked) in table {
        assert_eq!(redact(text), masked);
    }
}

#[test]
fn other_texts_do_not_change() {
    for text in [
        "",
        "629271331",
        "TaskId: 629271331",
        "task 1422133474238823 of 3",
        "任务 1422133474238823",
        "pc-pz5f6mvi1p84t35d7",
        "实例 pc-pz5f6mvi1p84t35d7 被锁定",
        "pc-pz5f6mvi1p84t35d7.mysql.polardb.rds.aliyuncs.com:3306",
        "1422133474238823",
        "batch acs 1422133474238823",
        "acs:ram::role/1422133474238823",
        // Counts and ports.
        "uid 1000",
        "account 7",
        "100 accounts, 12 users",
        "用户数：142213347423",
        "account 7, 1422133474238823",
        "10.0.0.7:3306 refused",
        "at 50% or 50%25 of 1422133474238823",
        // Versions and hashes.
        "version 8.0.2.2.26 of 2.0.20260528163820",
        "skill package checksum mismatch (expected 9f2c41d07be3, got 00a17c55d2e9)",
        "uuid 550e8400-e29b-41d4-a716-446655440000",
        "guid=142213347423",
        "RequestId 25C70FF3-D49B-594D-BECE-0DE2BA1D8BBB",
        "image app@sha256:9f2c41d07be3",
        "skill@1.2.3 @scope/skill@2.0.0-beta.rc",
        // Times.
        "the 2026-05-28T16:38:20Z account",
        "user 2026-05-28 16:38:20",
        "user created at 1748421500000",
        "backup-user-20260528163820",
        "backup-20260528163820.oss-cn-hangzhou.aliyuncs.com",
        "耗时 1748421500000 毫秒",
        // Sentences about keys and addresses.
        "LTAI is a beginning",
        "STS.short",
        "sts.cn-hangzhou.aliyuncs.com",
        "CAIS is a beginning",
        "AccessKeySecret is required",
        "AccessKeySecret: required",
        "MissingSecurityToken: SecurityToken is mandatory for this action",
        "InvalidSecurityToken.Expired",
        "Unexpected token: 12345678",
        "token=",
        "user 'root'@'10.0.0.7'",
        "root@10.0.0.7",
        "root@localhost",
        "root@pc-pz5f6mvi1p84t35d7.rwlb.rds.aliyuncs.com:3306",
        "a @ b.com, @all.users, x@",
        "🦀 aliuid: …",
        r"C:\new\table\u1\x & y&z;",
    ] {
        assert!(matches!(redact(text), Cow::Borrowed(same) if same == text), "{text}: {}", redact(text));
    }
}

#[test]
fn a_members_name_counts() {
    for (name, value, masked) in [
        ("OwnerId", "1422133474238823", Some("…")),
        ("aliUid", "12", Some("…")),
        ("uids", "1422133474238823,1422133474238824", Some("…,…")),
        ("主账号", "1422133474238823", Some("…")),
        ("AccessKeySecret", "Ab1Cd2Ef3", Some("…")),
        ("TaskId", "1422133474238823", None),
        ("UserTime", "1748421500000", None),
    ] {
        assert_eq!(redact_member(name, value).as_deref(), masked, "{name}");
    }
}

#[test]
fn a_known_id_is_masked_wherever_it_occurs() {
    let ids = |texts: &[&str]| KnownIds::new(texts.iter().map(|id| id.parse::<AccountId>().unwrap()));
    for (given, text, expected) in [
        (&[][..], "aliuid:1422133474238823 and 1422133474238823", "aliuid:… and …"),
        (&[], "1422133474238823 is aliuid:1422133474238823", "… is aliuid:…"),
        (
            &[],
            "oss-1422133474238823-log, x1422133474238823y, aliuid:1422133474238823",
            "oss-…-log, x…y, aliuid:…",
        ),
        (
            &[],
            r"aliuid:1422133474238823 %221422133474238823 \u00221422133474238823",
            r"aliuid:… %22… \u0022…",
        ),
        (&[], "acs:ram::1422133474238823:role/1422133474238823", "acs:ram::…:role/…"),
        (&["1422133474238823"], "1422133474238823 and 1422133474238824", "… and 1422133474238824"),
        (&["1422133474238823", "629271"], "629271 of 1422133474238823", "… of …"),
        // Short ids are not learnt, because they could be counts. Other numbers that contain the id are not the id.
        (&[], "aliuid:12 of 12", "aliuid:… of 12"),
        (&["142213347423"], "1422133474238823", "1422133474238823"),
        (&["629271"], "0629271 6292710", "0629271 6292710"),
    ] {
        let masked = ids(given).redact(text.as_bytes());
        let masked = masked.map_or(text.to_owned(), |masked| String::from_utf8(masked).unwrap());
        assert_eq!(masked, expected);
    }
}

#[test]
fn a_limited_number_of_ids_is_learnt() {
    let id = |number: usize| format!("{}", 1_422_133_474_238_000 + number);
    let announced: String = (0..MAX_LEARNT + 1).map(|number| format!("uid {} ", id(number))).collect();
    let masked = KnownIds::default().redact(format!("{announced}; {} {}", id(0), id(MAX_LEARNT)).as_bytes());
    let expected = format!("{}; … {}", "uid … ".repeat(MAX_LEARNT + 1), id(MAX_LEARNT));
    assert_eq!(String::from_utf8(masked.unwrap()).unwrap(), expected);
}

#[test]
fn an_invalid_id_is_not_repeated_in_the_error() {
    for text in ["", "12345", "123456789012345678901", "14221334742388a3", "１４２２１３３"] {
        let error = text.parse::<AccountId>().unwrap_err();
        assert_eq!(error, "must be an account ID of 6 to 20 digits");
    }
    assert_eq!(format!("{:?}", "123456".parse::<AccountId>()), "Ok(AccountId(…))");
}

/// Parts of texts: a word, a separator, an escape, a number, or the prefix of a pattern.
const PIECES: &str = "aliuid|uids|account|owner|id|is|and|acs|STS\\.|TMP\\.|LTAI|CAIS|eyJ|user|账号|，|：|secret=|token|%22|%3A|%25|%|\
    \\\\u0022|\\\\n|\\\\|&quot;|&|@|@a\\.com|ann@|[a-z0-9]{1,14}|[0-9]{1,21}|[:=. \"'é…_,/-]|\\.onaliyun\\.com|\\.fc\\.aliyuncs\\.com";

proptest! {
    #[test]
    fn masking_twice_is_masking_once(pieces in prop::collection::vec(PIECES, 0..14)) {
        let text = pieces.concat();
        let once = redact(&text).into_owned();
        prop_assert_eq!(redact(&once), once.clone(), "{}", text);
    }

    #[test]
    fn masking_twice_with_known_ids_is_masking_once(pieces in prop::collection::vec(PIECES, 0..14)) {
        // Every number of the text that is long enough may become known.
        let text = pieces.concat() + &pieces.concat();
        let ids = pieces.iter().filter_map(|piece| piece.parse::<AccountId>().ok()).take(1);
        let mut known = KnownIds::new(ids.clone());
        let once = known.redact(text.as_bytes()).unwrap_or(text.clone().into_bytes());
        prop_assert_eq!(KnownIds::new(ids).redact(&once), None, "{}", text);
    }

    #[test]
    fn no_account_is_left_in_its_contexts(account in "[1-9][0-9]{15}", before in "\\PC{0,12}", after in "( \\PC{0,12})?") {
        for context in ["aliuid:", "account id \"", "acs:ram::", "ownerId="] {
            // A letter directly before would make it another word.
            let text = format!("{before} {context}{account}{after}");
            prop_assert!(!redact(&text).contains(&format!("{context}{account}")), "{}", text);
        }
    }
}
