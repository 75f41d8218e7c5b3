use super::*;

fn all(text: &str) -> Vec<String> {
    find(&Folded::of(text)).into_iter().map(|one| format!("{}:{}", one.kind.as_str(), one.value)).collect()
}

#[test]
fn a_telephone_number_is_one_however_it_is_spelled() {
    let spellings = [
        "电话13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
        "0086 138 0013 8000",
        "１３８００１３８０００",
        "一三八，零零一三，八零零零",
        "幺三八零零幺三八零零零",
        "138.0013.8000",
        "(138)00138000",
        "๑๓๘ ๐๐๑๓ ๘๐๐๐",
        "၁၃၈ ၀၀၁၃ ၈၀၀၀",
        "១៣៨ ០០១៣ ៨០០០",
        "打我13800138000谢谢",
    ];
    for text in spellings {
        assert_eq!(all(text), ["phone:13800138000"], "{text}");
    }
}

#[test]
fn what_only_looks_like_a_number_is_none() {
    for text in [
        "123800138000",
        "12800138000",
        "1380013800",
        "订单1380013800012",
        "一个二十来岁的男的，三四个人，五六天了",
        "18万8，拿了12万，2012年1月",
        "abc13800138000def",
        "110 120 12345",
    ] {
        assert_eq!(all(text), [""; 0], "{text}");
    }
}

#[test]
fn an_identity_number_must_check_and_a_card_too() {
    for text in [
        "11010519491231002X",
        "110105 19491231 002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "证件110105-19491231-002x。",
    ] {
        assert_eq!(all(text), ["id:11010519491231002X"], "{text}");
    }
    assert_eq!(all("110105194912310021"), [""; 0], "the check digit is another");
    assert_eq!(all("单号 6222 0212 3456 7890 129"), [""; 0]);
    assert_eq!(
        all("卡号 6222 0212 3456 7890 129"),
        ["card:6222021234567890129"],
        "said to be one, perhaps with a slip"
    );
    assert_eq!(all("身份证 110105194912310021"), ["id:110105194912310021"], "the same");
    assert_eq!(all("卡号 4532 0151 1283 0366"), ["card:4532015112830366"]);
}

#[test]
fn a_plate_is_one_however_it_is_set_apart() {
    for text in ["津C0T7Q2", "津 C·0T7Q2", "津Ｃ０Ｔ７Ｑ２", "车牌津 C 0 T 7 Q 2 白色", "津c-0t7q2的面包车"]
    {
        assert_eq!(all(text), ["plate:津C0T7Q2"], "{text}");
    }
    assert_eq!(all("冀RD12345"), ["plate:冀RD12345"], "without an engine");
    for text in ["新闻说了", "津南A区", "贵P", "苏打水 AB123", "京O12345"] {
        assert_eq!(all(text), [""; 0], "{text}");
    }
}

#[test]
fn an_account_is_a_service_and_a_name() {
    for (text, is) in [
        ("加微信 big-boss_88", "account:wechat:big-boss_88"),
        ("微信号：laowang2020", "account:wechat:laowang2020"),
        ("WeChat: Mei_Mei_7k.", "account:wechat:mei_mei_7k"),
        ("加V：daigou_x1", "account:wechat:daigou_x1"),
        ("위챗 아이디는 sun_k2 입니다", "account:wechat:sun_k2"),
        ("QQ123456", "account:qq:123456"),
        ("qq 号 138001380001", "account:qq:138001380001"),
        ("抖音号ＭＡＭＡ＿９", "account:douyin:mama_9"),
        ("Facebook có nick hoa.tj.9 rao", "account:facebook:hoa.tj.9"),
        ("kakao id moon_7", "account:kakao:moon_7"),
    ] {
        assert_eq!(all(text), [is], "{text}");
    }
    for text in [
        "他发微信说不来了",
        "WeChat group has many people",
        "微信里有人",
        "fbi agent",
        "加微信吧，13800138000",
    ] {
        assert!(!all(text).iter().any(|one| one.starts_with("account")), "{text}: {:?}", all(text));
    }
}

#[test]
fn a_page_is_found_also_where_nobody_should_open_it() {
    assert_eq!(all("见 hxxp://bad-v[.]example/U/9x2 ，截图了"), ["url:http://bad-v.example/U/9x2"]);
    assert_eq!(all("https://Example.com/a?b=1."), ["url:https://example.com/a?b=1"]);
    assert_eq!(all("www.example.com"), ["url:http://www.example.com"]);
}

#[test]
fn nothing_is_read_twice_and_the_same_value_once() {
    let text = "微信 mei_7k，电话138 0013 8000，再说一遍：13800138000，车津C0T7Q2";
    assert_eq!(all(text), ["account:wechat:mei_7k", "phone:13800138000", "plate:津C0T7Q2"]);
}

#[test]
fn anything_at_all_is_read_to_its_end() {
    for text in [
        "",
        "1",
        "津",
        "津C",
        "+86",
        "hxxp://",
        "[.]",
        "微信",
        "\u{0}",
        "১২৩",
        "x".repeat(5_000).as_str(),
        "1 ".repeat(5_000).as_str(),
    ] {
        let _ = all(text);
    }
}
