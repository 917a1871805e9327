//! Five thousand mistakes of nine kinds, the same in every run: each is refused at the right place.

#![cfg(feature = "data")]
#![allow(missing_docs)]

use serde_json::{Map, Value, json};
use wechatpay_catalog::{
    ExampleRequest, Field, Fields, Issue, Kind, Operation, Part, Problem, Required, nearest_paths, operation,
    operations, operations_at,
};

const SEED: u64 = 20_260_822;

/// `SplitMix64`.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(end.max(1)).expect("it fits")).expect("it fits")
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        all.get(self.below(all.len())).copied()
    }

    /// One edit: a letter more, less or another, or two that changed places.
    fn edit(&mut self, name: &str) -> String {
        let mut letters: Vec<char> = name.chars().collect();
        let (at, letter) =
            (self.below(letters.len()), char::from(b'a' + u8::try_from(self.below(26)).expect("a letter")));
        match self.below(4) {
            0 => letters.insert(at, letter),
            1 if letters.len() > 1 => drop(letters.remove(at)),
            2 if at + 1 < letters.len() => letters.swap(at, at + 1),
            _ => letters[at] = letter,
        }
        letters.into_iter().collect()
    }
}

/// A member of an example: where its object is, and what it is.
#[derive(Clone)]
struct Place {
    above: String,
    field: Field,
    siblings: Fields,
}

impl Place {
    fn pointer(&self) -> String {
        format!("{}/{}", self.above, self.field.name())
    }
}

fn places(fields: Fields, value: &Value, above: &str, found: &mut Vec<Place>) {
    for field in fields {
        // Of alternatives another one may speak.
        let alone = fields.iter().filter(|other| other.name() == field.name()).count() == 1;
        let Some(value) = value.get(field.name()).filter(|_| alone) else { continue };
        found.push(Place { above: above.to_owned(), field, siblings: fields });
        let (value, above) = match value {
            Value::Array(items) => (&items[0], format!("{above}/{}/0", field.name())),
            other => (other, format!("{above}/{}", field.name())),
        };
        places(field.fields(), value, &above, found);
    }
}

fn object<'a>(body: &'a mut Value, place: &Place) -> &'a mut Map<String, Value> {
    body.pointer_mut(&place.above).and_then(Value::as_object_mut).expect("the object is there")
}

/// The mistakes that a body can have, by their numbers.
fn spoil(kind: usize, dice: &mut Dice, body: &mut Value, all: &[Place]) -> Option<(Issue, String, Option<String>)> {
    let listed = |place: &&Place| place.field.values().len() > 0 && !place.field.is_open();
    let fits = |place: &&Place| match kind {
        0 => place.field.required() == Required::Yes,
        3 => listed(place),
        6 => place.field.max_len().is_some() && place.field.values().len() == 0 && !place.field.is_list(),
        _ => true,
    };
    let candidates: Vec<&Place> = all.iter().filter(fits).collect();
    let place = dice.pick(&candidates)?;
    let (name, pointer) = (place.field.name(), place.pointer());
    let value = object(body, place).get(name).cloned()?;
    let (issue, at, new, meant) = match kind {
        0 => (Issue::Missing, pointer, None, None),
        1 => {
            let wrong = misspelt(dice, place)?;
            object(body, place).insert(wrong.clone(), value);
            (Issue::UnknownMember, format!("{}/{wrong}", place.above), None, Some(pointer))
        }
        2 => (Issue::WrongType, pointer, Some(other_type(place.field)), None),
        3 if place.field.kind() == Kind::String => {
            let wrong = json!("NOT_LISTED");
            let (at, wrong) =
                if place.field.is_list() { (format!("{pointer}/0"), json!([wrong])) } else { (pointer, wrong) };
            (Issue::NotInEnum, at, Some(wrong), None)
        }
        3 => return None,
        4 => {
            object(body, place).insert("no_member_has_this_name".to_owned(), json!(1));
            (Issue::UnknownMember, format!("{}/no_member_has_this_name", place.above), Some(value), None)
        }
        5 => (Issue::Null, pointer, Some(Value::Null), None),
        _ => (Issue::TooLong, pointer, Some(json!("x".repeat(place.field.max_len()? + 1))), None),
    };
    match new {
        Some(value) => object(body, place).insert(name.to_owned(), value),
        None => object(body, place).remove(name),
    };
    Some((issue, at, meant))
}

/// The name with one edit, if that is no other member's.
fn misspelt(dice: &mut Dice, place: &Place) -> Option<String> {
    Some(dice.edit(place.field.name())).filter(|wrong| place.siblings.get(wrong).is_none())
}

fn other_type(field: Field) -> Value {
    match (field.is_list(), field.kind()) {
        (true, _) => json!({}),
        (false, Kind::String) => json!(7),
        (false, Kind::Integer) => json!("7"),
        (false, Kind::Number | Kind::Boolean) => json!([]),
        _ => json!("text"),
    }
}

fn refused(problems: &[Problem], issue: Issue, pointer: &str) -> bool {
    problems.iter().any(|problem| problem.issue() == issue && problem.pointer() == pointer)
}

/// An operation with a JSON body, an example of it, and its members.
struct Call {
    known: Operation,
    example: ExampleRequest,
    places: Vec<Place>,
}

fn with_body() -> Vec<Call> {
    let call = |known: Operation| {
        let (example, mut all) = (known.example_request(), Vec::new());
        places(known.fields(Part::Json), example.body(), "", &mut all);
        Call { known, example, places: all }
    };
    operations().filter(|known| !known.fields(Part::Json).is_empty()).map(call).collect()
}

#[test]
fn mistakes_are_refused_at_the_right_place() {
    let (mut dice, bodies, all) = (Dice(SEED), with_body(), operations().collect::<Vec<_>>());
    let (mut made, mut right, mut by_kind) = (0, 0, [0; 9]);
    while made < 5_000 {
        let kind = dice.below(9);
        let good = match kind {
            7 => {
                let path = dice.pick(&all).expect("there are some").example_request().path().to_owned();
                let verb = dice.pick(&["DELETE", "GET", "PATCH", "POST", "PUT"]).expect("a verb");
                if operations_at(&path).any(|other| other.method() == verb) {
                    continue;
                }
                operation(verb, &path).is_none() && operations_at(&path).count() > 0
            }
            8 => {
                let known = dice.pick(&all).expect("there are some");
                operations_at(&format!("{}/no-such-thing/at/all", known.path())).count() == 0
            }
            _ => {
                let call = &bodies[dice.below(bodies.len())];
                let mut body = call.example.body().clone();
                let Some((issue, pointer, _)) = spoil(kind, &mut dice, &mut body, &call.places) else { continue };
                refused(&call.known.check_request(call.example.query(), &body), issue, &pointer)
            }
        };
        made += 1;
        right += usize::from(good);
        by_kind[kind] += 1;
    }
    assert!(by_kind.iter().all(|count| *count > 30), "{by_kind:?}");
    assert!(right * 100 >= made * 99, "{right} of {made}");
    println!("{right} of {made} mistakes refused at the right place, {by_kind:?}");
}

#[test]
fn a_misspelt_member_has_the_right_suggestion() {
    let (mut dice, bodies) = (Dice(SEED), with_body());
    let (mut made, mut right) = (0, 0);
    while made < 4_000 {
        let call = &bodies[dice.below(bodies.len())];
        let mut body = call.example.body().clone();
        let Some((issue, pointer, meant)) = spoil(1, &mut dice, &mut body, &call.places) else { continue };
        let problems = call.known.check_request(call.example.query(), &body);
        let problem = problems.iter().find(|problem| problem.issue() == issue && problem.pointer() == pointer);
        made += 1;
        right += usize::from(problem.and_then(Problem::suggestion) == meant.as_deref());
    }
    assert!(right * 100 >= made * 97, "{right} of {made}");
    println!("{right} of {made} misspelt members have the right suggestion");
}

#[test]
fn a_misspelt_path_has_the_right_template_first() {
    let (mut dice, all) = (Dice(SEED), operations().filter(|known| known.alias_of().is_none()).collect::<Vec<_>>());
    let (mut made, mut right) = (0, 0);
    while made < 300 {
        let known = dice.pick(&all).expect("there are some");
        let filled = known.example_request();
        let templates: Vec<&str> = known.path().split('/').collect();
        let mut segments: Vec<String> = filled.path().split('/').map(str::to_owned).collect();
        let literals: Vec<usize> =
            (1..segments.len()).filter(|at| !templates[*at].starts_with('{') && !templates[*at].is_empty()).collect();
        let at = dice.pick(&literals).expect("a literal");
        segments[at] = dice.edit(&segments[at]);
        let path = segments.join("/");
        if operations_at(&path).count() > 0 {
            continue;
        }
        made += 1;
        right += usize::from(nearest_paths(&path, 1) == [known.path()]);
    }
    assert!(right * 100 >= made * 97, "{right} of {made}");
    println!("{right} of {made} misspelt paths have the right template first");
}
