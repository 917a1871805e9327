//! Lays an extraction under the corrections: each says what it found and what is to stand there.

use std::collections::HashMap;

use crate::json::Json;

/// The lines of the two data files.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Data {
    pub(crate) operations: Vec<Json>,
    pub(crate) notifications: Vec<Json>,
}

/// Applies every correction, in the order of the lines.
///
/// # Errors
///
/// A correction that does not fit the data, with the number of its line.
pub(crate) fn correct(mut data: Data, corrections: &[Json]) -> Result<Data, String> {
    let mut places = Places::new(&data);
    let mut paths = Vec::new();
    for (number, correction) in corrections.iter().enumerate() {
        let of = |problem: String| format!("correction {}: {problem}: {}", number + 1, correction.line());
        apply(&mut data, &mut places, &mut paths, correction).map_err(of)?;
    }
    for (place, path) in paths {
        set(&mut data.operations[place], "path", Some(path))?;
    }
    Ok(data)
}

/// Reads lines of JSON; a line that is none is named.
pub(crate) fn read_lines(text: &str) -> Result<Vec<Json>, String> {
    text.lines().enumerate().map(|(at, line)| Json::read(line).map_err(|e| format!("line {}: {e}", at + 1))).collect()
}

/// Writes lines of JSON, each with its end.
pub(crate) fn write_lines(lines: &[Json]) -> String {
    lines.iter().map(|line| line.line() + "\n").collect()
}

#[derive(Clone, Copy)]
enum Place {
    Operation(usize),
    Notification(usize),
}

/// Where a line stands, by its name in the extraction.
struct Places(HashMap<String, Place>);

impl Places {
    fn new(data: &Data) -> Self {
        let operations = data.operations.iter().enumerate().map(|(at, line)| (operation(line), Place::Operation(at)));
        let notifications =
            data.notifications.iter().enumerate().map(|(at, line)| (notification(line), Place::Notification(at)));
        Self(operations.chain(notifications).collect())
    }
}

fn operation(line: &Json) -> String {
    format!("{} {}", line.text("method").unwrap_or_default(), line.text("path").unwrap_or_default())
}

fn notification(line: &Json) -> String {
    let (version, event) = (line.text("version").unwrap_or_default(), line.text("event_type").unwrap_or_default());
    format!("webhook {version} {event}")
}

fn apply(
    data: &mut Data,
    places: &mut Places,
    paths: &mut Vec<(usize, Json)>,
    correction: &Json,
) -> Result<(), String> {
    let op = correction.text("op").ok_or("no op")?;
    let at = correction.text("at").ok_or("no at")?;
    let member = |name: &str| correction.get(name).filter(|value| **value != Json::Null).cloned();
    let (was, is) = (member("was"), member("is"));
    if at == "+" {
        let line = is.ok_or("nothing to append")?;
        if operation(&line) != op || places.0.contains_key(op) {
            return Err("the operation exists, or its name is another".to_owned());
        }
        places.0.insert(op.to_owned(), Place::Operation(data.operations.len()));
        data.operations.push(line);
        return Ok(());
    }
    let line = match places.0.get(op).ok_or("no such line")? {
        Place::Operation(place) => {
            if at == "@path" {
                expect(data.operations[*place].get("path"), was.as_ref())?;
                paths.push((*place, is.ok_or("a path cannot be removed")?));
                return Ok(());
            }
            &mut data.operations[*place]
        }
        Place::Notification(place) => &mut data.notifications[*place],
    };
    change(line, at, was.as_ref(), is)
}

/// Changes what `at` names: a member, a field, or the end of a list.
fn change(line: &mut Json, at: &str, was: Option<&Json>, is: Option<Json>) -> Result<(), String> {
    if let Some((path, name)) = at.split_once('@') {
        let target = descend(line, path)?;
        expect(target.get(name), was)?;
        return set(target, name, is);
    }
    if let Some(path) = at.strip_suffix('+') {
        expect(None, was)?;
        return append(line, path, is.ok_or("nothing to append")?);
    }
    let (path, last) = at.rsplit_once('/').ok_or("no path")?;
    let (holder, name) = list_of(line, path)?;
    let Some(Json::List(fields)) = holder.get_mut(&name) else { return Err("no such list".to_owned()) };
    let place = position(fields, last)?;
    expect(fields.get(place), was)?;
    match is {
        Some(field) => fields[place] = field,
        None => drop(fields.remove(place)),
    }
    Ok(())
}

fn append(line: &mut Json, path: &str, field: Json) -> Result<(), String> {
    let (holder, name) = list_of(line, path)?;
    if let Some(Json::List(fields)) = holder.get_mut(&name) {
        fields.push(field);
        return Ok(());
    }
    set(holder, &name, Some(Json::List(vec![field])))
}

/// The object that holds the list which `path` names, and the list's name there: `/json` → the line and `json`,
/// `/json/amount` → the field `amount` and `fields`.
fn list_of<'a>(line: &'a mut Json, path: &str) -> Result<(&'a mut Json, String), String> {
    match path.strip_prefix('/').ok_or("a path begins with a slash")? {
        list if !list.contains('/') => Ok((line, list.to_owned())),
        _ => Ok((descend(line, path)?, "fields".to_owned())),
    }
}

/// The field that `path` names; the line itself for an empty one.
fn descend<'a>(line: &'a mut Json, path: &str) -> Result<&'a mut Json, String> {
    let mut here = line;
    let mut segments = path.split('/').skip(1);
    let Some(mut list) = segments.next() else { return Ok(here) };
    for segment in segments {
        let Some(Json::List(fields)) = here.get_mut(list) else { return Err(format!("no list above {segment}")) };
        let place = position(fields, segment)?;
        here = &mut fields[place];
        list = "fields";
    }
    Ok(here)
}

/// The place of `name`, or of the second of that name for `name[2]`.
fn position(fields: &[Json], segment: &str) -> Result<usize, String> {
    let (name, number) = match segment.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) {
        Some((name, number)) => (name, number.parse::<usize>().map_err(|_| format!("no number in {segment}"))?),
        None => (segment, 1),
    };
    let named = fields.iter().enumerate().filter(|(_, field)| field.text("name") == Some(name));
    named.map(|(at, _)| at).nth(number.wrapping_sub(1)).ok_or_else(|| format!("no field {segment}"))
}

fn expect(found: Option<&Json>, was: Option<&Json>) -> Result<(), String> {
    match found == was {
        true => Ok(()),
        false => Err(format!("found {}", found.map_or_else(|| "nothing".to_owned(), Json::line))),
    }
}

fn set(target: &mut Json, name: &str, value: Option<Json>) -> Result<(), String> {
    let members = target.members_mut()?;
    let place = members.iter().position(|(key, _)| key == name);
    match (place, value) {
        (Some(place), Some(value)) => members[place].1 = value,
        (Some(place), None) => drop(members.remove(place)),
        (None, Some(value)) => members.push((name.to_owned(), value)),
        (None, None) => {}
    }
    Ok(())
}
