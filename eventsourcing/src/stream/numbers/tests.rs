use super::{Position, Version};

#[test]
fn a_number_is_serialized_as_a_plain_one() {
    let written = serde_json::to_string(&(Version::new(3), Position::new(u64::MAX))).unwrap();
    assert_eq!(written, "[3,18446744073709551615]");
    assert_eq!(serde_json::from_str::<(Version, Position)>(&written).unwrap(), (3.into(), u64::MAX.into()));
}

#[test]
fn a_number_is_ordered_and_shown_as_a_plain_one() {
    assert!(Version::new(9) < Version::new(10) && Version::new(9) < 10 && Version::new(9) == 9);
    assert_eq!(format!("{:>3}|{}", Version::new(9), Position::default()), "  9|0");
    assert_eq!(u64::from(Position::new(7) + 2), 9);
}

#[test]
fn the_greatest_has_no_next_and_0_none_before() {
    assert_eq!((Version::MAX.next(), Position::new(0).next()), (Version::MAX, Position::new(1)));
    assert_eq!((Version::new(0).previous(), Position::MAX.previous()), (0.into(), (u64::MAX - 1).into()));
}

#[test]
fn a_number_is_parsed_as_a_plain_one() {
    assert_eq!("3".parse(), Ok(Version::new(3)));
    assert_eq!(u64::MAX.to_string().parse(), Ok(Position::MAX));
    assert!("".parse::<Version>().is_err() && "-1".parse::<Position>().is_err() && "\"3\"".parse::<Version>().is_err());
}
