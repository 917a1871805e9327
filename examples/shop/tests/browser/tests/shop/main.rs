//! The shop's page as customers see it: in a real Chromium, on a phone and on a desktop, with a simulator that pays.

#[path = "../../../support/mod.rs"]
mod support;

mod buying;
mod eyes;
mod looks;
mod trouble;
