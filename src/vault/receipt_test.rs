//! Tests of receipts: the published layout, what typing is forgiven, and what is derived for ever.

use proptest::prelude::*;

use super::*;
use crate::vault::entropy::SeededEntropy;

const TRADITIONAL: &str = include_str!("../../assets/words/zh-hant.txt");

fn receipt(code: &str) -> Receipt {
    Receipt(hex::decode(code).unwrap())
}

fn a_receipt(seed: u64) -> Receipt {
    Receipt::generate(&SeededEntropy::new(seed))
}

fn code_of(text: &str) -> Result<String, ReceiptTypo> {
    Receipt::parse(text).map(|receipt| receipt.code().to_string())
}

/// The 128-bit vectors of BIP-39 (`trezor/python-mnemonic`, `vectors.json`, "english").
const PUBLISHED: [(&str, &str); 8] = [
    (
        "00000000000000000000000000000000",
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about",
    ),
    (
        "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f",
        "legal winner thank year wave sausage worth useful legal winner thank yellow",
    ),
    (
        "80808080808080808080808080808080",
        "letter advice cage absurd amount doctor acoustic avoid letter advice cage above",
    ),
    ("ffffffffffffffffffffffffffffffff", "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo wrong"),
    (
        "9e885d952ad362caeb4efe34a8e91bd2",
        "ozone drill grab fiber curtain grace pudding thank cruise elder eight picnic",
    ),
    (
        "c0ba5a8e914111210f2bd131f3d5e08d",
        "scheme spot photo card baby mountain device kick cradle pact join borrow",
    ),
    (
        "23db8160a31d3e0dca3688ed941adbf3",
        "cat swing flag economy stadium alone churn speed unique patch report train",
    ),
    (
        "f30f8c1da665478f49b001d94c5fc452",
        "vessel ladder alter error federal sibling chat ability sun glass valve picture",
    ),
];

#[test]
fn english_words_are_those_of_bip39() {
    for (code, words) in PUBLISHED {
        assert_eq!(receipt(code).words(WordList::English).join(" "), words);
        assert_eq!(code_of(words).as_deref(), Ok(code));
    }
}

#[test]
fn english_words_are_those_of_the_bip39_crate() {
    for seed in 0..200 {
        let receipt = a_receipt(seed);
        let theirs = bip39::Mnemonic::from_entropy(&receipt.0).unwrap();

        assert!(receipt.words(WordList::English).into_iter().eq(theirs.words()));
    }
}

#[test]
fn both_lists_follow_one_layout() {
    let receipt = a_receipt(1);
    let places = |list: WordList| -> Vec<_> {
        receipt.words(list).iter().map(|word| list.words().iter().position(|w| w == word)).collect()
    };

    assert_eq!(places(WordList::Chinese), places(WordList::English));
}

#[test]
fn nothing_typed_is_empty() {
    for nothing in ["", " \n\t", "，。 - …", "\u{3000}\u{200b}"] {
        assert_eq!(code_of(nothing), Err(ReceiptTypo::Empty), "{nothing:?}");
    }
}

#[test]
fn an_unlisted_word_is_named_with_its_place_and_a_guess() {
    let words = "legal winner thank yeer wave sausage worth useful legal winner thank yellow";
    assert_eq!(
        code_of(words),
        Err(ReceiptTypo::UnlistedWord { position: 4, word: "yeer".into(), nearest: Some("year") })
    );

    let mut chinese = a_receipt(2).words(WordList::Chinese);
    chinese[6] = "龘龘";
    assert_eq!(
        code_of(&chinese.join(" ")),
        Err(ReceiptTypo::UnlistedWord { position: 7, word: "龘龘".into(), nearest: None })
    );
}

#[test]
fn words_of_two_lists_are_not_one_receipt() {
    let mut words = a_receipt(3).words(WordList::Chinese);
    words[2] = "legal";

    assert!(matches!(code_of(&words.join(" ")), Err(ReceiptTypo::UnlistedWord { position: 3, .. })));
}

#[test]
fn a_missing_or_a_further_word_is_counted() {
    for list in WordList::ALL {
        let mut words = a_receipt(4).words(list);
        assert_eq!(code_of(&words[1..].join(" ")), Err(ReceiptTypo::Length { found: 11 }));
        words.push(words[0]);
        assert_eq!(code_of(&words.join(" ")), Err(ReceiptTypo::Length { found: 13 }));
    }
}

#[test]
fn a_missing_digit_is_counted() {
    assert_eq!(code_of("0123"), Err(ReceiptTypo::CodeLength { found: 4 }));
    assert_eq!(code_of(&a_receipt(5).code()[1..]), Err(ReceiptTypo::CodeLength { found: 31 }));
    assert_eq!(
        code_of(&format!("{}0", a_receipt(5).code().as_str())),
        Err(ReceiptTypo::CodeLength { found: 33 })
    );
}

/// A four-bit checksum lets one wrong word in sixteen through; those are other receipts, found nowhere.
#[test]
fn fifteen_of_sixteen_wrong_words_are_noticed() {
    for list in WordList::ALL {
        let right = a_receipt(6).words(list);
        let mut noticed = 0;
        for (at, index) in (0..12).flat_map(|at| (0..2048).step_by(8).map(move |index| (at, index))) {
            let mut words = right.clone();
            words[at] = list.word(index);
            noticed += u32::from(code_of(&words.join(" ")) == Err(ReceiptTypo::Checksum));
        }
        let share = f64::from(noticed) / f64::from(12 * 256);
        assert!((0.92..0.955).contains(&share), "{share} of wrong words noticed");
    }
}

#[test]
fn no_error_shows_what_was_typed_to_a_log() {
    let typo = code_of("legal winner secretive").err().unwrap();

    assert!(matches!(&typo, ReceiptTypo::UnlistedWord { word, .. } if word == "secretive"));
    assert!(!format!("{typo} {typo:?}").contains("secretive"));
}

#[test]
fn a_long_text_pasted_by_mistake_is_answered_briefly() {
    let text = "这".repeat(100_000);

    let typo = code_of(&text).err().unwrap();

    assert!(
        matches!(typo, ReceiptTypo::UnlistedWord { position: 1, word, .. } if word.chars().count() <= 24)
    );
}

#[test]
fn chinese_words_may_be_pulled_apart_or_wrapped_anywhere() {
    let words = a_receipt(7).words(WordList::Chinese);
    let code = a_receipt(7).code();
    let run = words.concat();
    let every = |step: usize, between: &str| {
        let characters: Vec<char> = run.chars().collect();
        let lines: Vec<String> = characters.chunks(step).map(|line| line.iter().collect()).collect();
        lines.join(between)
    };

    for text in [run.clone(), every(1, " "), every(7, "\n"), every(5, "，"), every(3, "\u{3000}")] {
        assert_eq!(code_of(&text).as_deref(), Ok(code.as_str()), "{text}");
    }
}

#[test]
fn numbers_before_the_words_are_forgiven() {
    for list in WordList::ALL {
        let receipt = a_receipt(8);
        let numbered = |mark: &str| -> String {
            let words = receipt.words(list);
            words.iter().enumerate().map(|(at, word)| format!("{}{mark}{word}\n", at + 1)).collect()
        };

        for mark in [". ", "、", ") ", "", "：", ".\t"] {
            assert_eq!(code_of(&numbered(mark)).as_deref(), Ok(receipt.code().as_str()), "{mark}");
        }
    }
}

#[test]
fn chinese_numbers_before_the_words_are_forgiven() {
    const NUMBERS: [&str; 12] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
    let receipt = a_receipt(11);
    let lines = receipt.words(WordList::Chinese).into_iter().zip(NUMBERS);

    let text: String = lines.map(|(word, number)| format!("{number}、{word}\n")).collect();

    assert_eq!(code_of(&text).as_deref(), Ok(receipt.code().as_str()));
}

#[test]
fn digits_are_taken_however_they_are_grouped_or_mistaken() {
    let code = "0123456789abcdef0011223344556677";
    for text in [
        "0123 4567 89ab cdef 0011 2233 4455 6677",
        "01234567-89AB-CDEF-0011-223344556677",
        "０１２３４５６７８９ａｂｃｄｅｆ００１１２２３３４４５５６６７７",
        "ol23456789abcdefOOIl223344556677",
        "\u{feff}0123456789abcdef\u{200b}0011223344556677\r\n",
    ] {
        assert_eq!(code_of(text).as_deref(), Ok(code), "{text}");
    }
}

#[test]
fn a_receipt_of_letters_only_or_digits_only_is_still_digits() {
    for code in ["abcdefabcdefabcdefabcdefabcdefab", "01234567890123456789012345678901"] {
        assert_eq!(code_of(code).as_deref(), Ok(code));
    }
}

#[test]
fn name_and_key_pair_follow_from_the_receipt_alone() {
    let (receipt, again, other) = (a_receipt(9), a_receipt(9), a_receipt(10));

    assert_eq!(receipt.lookup(), again.lookup());
    assert_eq!(receipt.key_pair().public, again.key_pair().public);
    assert_ne!(receipt.lookup(), other.lookup());
    assert_ne!(receipt.key_pair().public, other.key_pair().public);
    assert_ne!(receipt.lookup(), receipt.key_pair().public.bytes());
}

/// Checked by an independent implementation of HKDF and X25519; a receipt on paper must lead here for ever.
#[test]
fn what_follows_from_a_receipt_is_frozen() {
    let receipt = receipt("0123456789abcdef0011223344556677");

    assert_eq!(
        hex::encode(&receipt.lookup()),
        "527234913e45aa39d256e0ff6042eaec2588e32ebea969e148d481058538df2e"
    );
    assert_eq!(
        hex::encode(receipt.key_pair().public.as_bytes()),
        "706a6ea2ed8d1c50e2a74b9be78c5fb4c073ec22e6430aae040f3eed9e8d0d71"
    );
    assert_eq!(
        receipt.words(WordList::English).join(" "),
        "abuse boss fly battle rubber wasp able cattle crew cargo flower useful"
    );
    assert_eq!(
        receipt.words(WordList::Chinese).join(" "),
        "把手 春风 精彩 车筐 同桌 中餐 岸边 灯罩 蜂鸟 稻谷 今晚 杂志"
    );
}

/// One way in which hands or keyboards change a word.
fn changed(word: &str, way: u8) -> String {
    let wide = |c: char| char::from_u32(u32::from(c) + 0xfee0).filter(|_| c.is_ascii_graphic()).unwrap_or(c);
    let place = WordList::Chinese.words().iter().position(|listed| *listed == word);
    match way % 6 {
        0 => word.to_uppercase(),
        1 => word.chars().map(wide).collect(),
        2 => place.map_or(word, |at| TRADITIONAL.lines().nth(at).unwrap()).to_owned(),
        3 => word.chars().take(4).collect(),
        4 => word.chars().flat_map(|c| [c, '\u{200b}']).collect(),
        _ => word.to_owned(),
    }
}

proptest! {
    #[test]
    fn every_form_of_a_receipt_leads_back_to_it(
        bits: [u8; 16],
        chinese: bool,
        ways: [u8; 12],
        between in "[ ,.;:、，。；/|\\-\n\t\u{3000}]{1,4}",
        around in "[ \n\"“”【】()\u{3000}]{0,3}",
    ) {
        let receipt = Receipt(bits);
        let list = if chinese { WordList::Chinese } else { WordList::English };
        let typed: Vec<_> = receipt.words(list).iter().zip(ways).map(|(word, way)| changed(word, way)).collect();

        let text = format!("{around}{}{around}", typed.join(&between));

        let code = code_of(&text);
        prop_assert_eq!(code, Ok(receipt.code().to_string()), "{}", text);
    }

    #[test]
    fn digits_in_any_case_and_grouping_lead_back(bits: [u8; 16], upper: bool, group in 1_usize..17) {
        let receipt = Receipt(bits);
        let code = if upper { receipt.code().to_uppercase() } else { receipt.code().to_string() };
        let groups: Vec<&str> = code.as_bytes().chunks(group).map(|g| std::str::from_utf8(g).unwrap()).collect();

        let typed = code_of(&groups.join(" "));
        prop_assert_eq!(typed, Ok(receipt.code().to_string()));
    }

    #[test]
    fn any_text_gets_an_answer(text in "\\PC{0,300}") {
        let _ = code_of(&text);
    }
}
