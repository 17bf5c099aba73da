use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::{Deserialize, Serialize};

use super::{ColumnOf, SerdeColumn as _};
use crate::error::CellError;
use crate::view::{Cell, ColumnType};

#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Cents(i64);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Of<T>(T);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Status {
    Open,
    #[serde(rename = "{odd")]
    Odd,
    Failed {
        why: String,
    },
    Code(u8),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Either {
    Number(i64),
    Flag(bool),
    Texts(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
struct Skips {
    kept: u8,
    #[serde(skip)]
    lost: u8,
}

/// What a value is kept as, if it comes back.
macro_rules! kept {
    ($ty:ty: $value:expr) => {{
        let value: $ty = $value;
        let cell = ColumnOf::<$ty>::codec().write("kept", &value, |one, other| one != other).map(Cell::into_owned);
        if let Ok(cell) = &cell {
            assert_eq!(ColumnOf::<$ty>::codec().read("kept", cell).as_ref(), Ok(&value), "{cell:?}");
        }
        cell
    }};
}

#[expect(clippy::unnecessary_wraps, reason = "as what is kept")]
fn text(text: &str) -> Result<Cell<'static>, CellError> {
    Ok(Cell::Text(text.to_owned().into()))
}

fn refusal<T: Debug>(kept: Result<T, CellError>) -> String {
    kept.unwrap_err().to_string()
}

#[test]
fn a_column_of_its_own_stands_before_serde() {
    assert_eq!((ColumnOf::<i64>::TYPE, ColumnOf::<Option<String>>::TYPE), (ColumnType::Integer, ColumnType::Text));
    assert_eq!((ColumnOf::<Cents>::TYPE, ColumnOf::<Option<Cents>>::TYPE), (ColumnType::Any, ColumnType::Any));
    assert_eq!((ColumnOf::<i64>::MAY_REFUSE, ColumnOf::<Cents>::MAY_REFUSE), (false, true));
    assert_eq!((ColumnOf::<i64>::IS_OPTIONAL, ColumnOf::<Cents>::IS_OPTIONAL), (false, true));
    assert_eq!(kept!(i64: 5), Ok(Cell::Integer(5)));
}

#[test]
fn scalars_stay_readable() {
    assert_eq!(kept!(Cents: Cents(-5)), Ok(Cell::Integer(-5)));
    assert_eq!(kept!(Option<Cents>: Some(Cents(5))), Ok(Cell::Integer(5)));
    assert_eq!(kept!(Option<Cents>: None), Ok(Cell::Null));
    assert_eq!(kept!(Of<bool>: Of(true)), Ok(Cell::Integer(1)));
    assert_eq!(kept!(Of<f32>: Of(0.1)), Ok(Cell::Float(f64::from(0.1_f32))));
    assert_eq!(kept!(Of<f64>: Of(1.0)), Ok(Cell::Float(1.0)));
    assert_eq!(kept!(Of<char>: Of('c')), text("c"));
    assert_eq!(kept!(Of<String>: Of("true".to_owned())), text("true"));
    assert_eq!(kept!(Status: Status::Open), text("Open"));
    assert_eq!(kept!(Of<uuid::Uuid>: Of(uuid::Uuid::nil())), text("00000000-0000-0000-0000-000000000000"));
    assert_eq!(kept!(Of<i128>: Of(i128::from(i64::MIN))), Ok(Cell::Integer(i64::MIN)));
}

#[test]
fn compounds_are_json() {
    assert_eq!(kept!(Status: Status::Failed { why: "\0".to_owned() }), text(r#"{"Failed":{"why":"\u0000"}}"#));
    assert_eq!(kept!(Status: Status::Code(7)), text(r#"{"Code":7}"#));
    assert_eq!(kept!(Vec<String>: vec!["a".to_owned()]), text(r#"["a"]"#));
    assert_eq!(kept!(Option<Vec<u8>>: Some(Vec::new())), text("[]"));
    assert_eq!(kept!((u8, String): (1, "b".to_owned())), text(r#"[1,"b"]"#));
    assert_eq!(kept!(BTreeMap<u8, Cents>: BTreeMap::from([(1, Cents(2))])), text(r#"{"1":2}"#));
    assert_eq!(kept!(Either: Either::Texts(Vec::new())), text("[]"));
    assert_eq!(kept!(Either: Either::Number(1)), Ok(Cell::Integer(1)));
}

#[test]
fn text_that_could_be_read_as_json_is_a_json_string() {
    for odd in ["{much", "[]", "\"", "{\"Failed\":{}}", "a\0b"] {
        let json = serde_json::to_string(odd).unwrap();
        assert_eq!(kept!(Of<String>: Of(odd.to_owned())), text(&json));
        assert_eq!(kept!(Option<Of<String>>: Some(Of(odd.to_owned()))), text(&json));
    }
    assert_eq!(kept!(Status: Status::Odd), text("\"{odd\""));
    assert_eq!(kept!(Of<char>: Of('[')), text("\"[\""));
}

#[test]
fn what_would_come_back_as_another_value_is_refused() {
    assert!(refusal(kept!(Of<u64>: Of(u64::MAX))).contains("18446744073709551615"));
    assert_eq!(refusal(kept!(Of<f64>: Of(f64::NAN))), "column `kept`: a column takes numbers, and this is NaN");
    assert!(refusal(kept!(Vec<f64>: vec![f64::NAN])).contains("read again"));
    assert!(refusal(kept!(Vec<Option<f64>>: vec![Some(f64::NAN)])).contains("another value"));
    assert!(refusal(kept!(Option<Of<Option<u8>>>: Some(Of(None)))).contains("one kind of nothing"));
    assert!(refusal(kept!(Vec<Option<Option<u8>>>: vec![Some(None)])).contains("another value"));
    assert!(refusal(kept!(Either: Either::Flag(true))).contains("another value"));
    assert!(refusal(kept!(Skips: Skips { kept: 1, lost: 1 })).contains("another value"));
    assert!(kept!(Skips: Skips { kept: 1, lost: 0 }).is_ok());
}

#[test]
fn what_is_none_of_the_type_is_refused() {
    let read = |cell: Cell<'static>| ColumnOf::<Status>::codec().read("status", &cell);
    for cell in [Cell::Null, Cell::Integer(1), Cell::Float(1.0), Cell::Text("open".into()), Cell::Text("{".into())] {
        assert!(read(cell.clone()).is_err(), "{cell:?}");
    }
    assert!(read(Cell::Text("{\"Code\":7} ".into())).is_ok());
    assert!(read(Cell::Text("{\"Code\":7} x".into())).is_err());
    assert!(ColumnOf::<Cents>::codec().read("cents", &Cell::Text("5".into())).is_err());
}
