//! What a shop has to stand, whatever database it has.

pub mod answers;
pub mod closing;
pub mod day;
pub mod money_back;
pub mod notices;
pub mod orders;
pub mod sharings;
pub mod store;
pub mod transfers;

/// Each scenario as a test, on a place of its own.
macro_rules! scenarios {
    ($place:expr; $($room:ident: $($name:ident)+;)+) => {
        $(mod $room {
            use super::*;

            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $name() -> super::support::Done {
                super::scenarios::$room::$name($place?).await
            })+
        })+
    };
}

/// All of them.
macro_rules! all_scenarios {
    ($place:expr) => {
        scenarios! { $place;
            answers:
                an_order_is_not_paid_by_anothers_payment
                a_refund_is_not_settled_by_anothers
                a_transfer_is_not_settled_by_anothers
                a_sharing_is_not_settled_by_anothers;
            closing:
                what_nobody_pays_is_closed_in_time
                a_payment_in_the_last_moment_counts
                a_closing_whose_answer_is_lost_is_found_out;
            day:
                a_day_of_the_shop_is_in_the_bill_of_the_next_one
                what_bill_and_books_do_not_have_in_common_is_named
                a_bill_that_is_damaged_is_not_compared
                the_job_compares_each_day_once_and_catches_up;
            money_back:
                a_refund_is_taken_told_and_booked
                answers_that_are_lost_are_found_out_under_the_same_number
                what_was_not_executed_is_sent_again_by_the_job_as_one_refund
                refused_for_good_it_did_not_happen_and_may_be_tried_again
                an_open_refund_is_never_given_up_for_another
                no_more_goes_back_than_was_paid
                closed_and_abnormal_ones
                an_order_has_fifty_refunds;
            notices:
                what_does_not_verify_books_nothing_and_what_follows_does
                fifty_copies_at_once_are_booked_once
                what_does_not_fit_the_order_is_not_booked
                shared_money_and_combined_orders_are_not_payments
                one_that_could_not_be_stored_comes_again;
            orders:
                an_order_within_wechat_is_paid
                a_code_on_a_screen_is_paid
                twice_the_same_is_one_order
                answers_that_are_lost_are_asked_for_again_as_the_same_order
                a_payment_that_nobody_told_is_found_by_asking
                an_old_code_is_replaced
                what_cannot_be_ordered_is_refused_by_name;
            sharings:
                a_maker_gets_his_share_and_the_shop_the_rest
                a_sharing_whose_answer_is_lost_is_one
                a_maker_who_cannot_be_paid_gets_nothing_and_all_is_released
                shared_money_comes_back_before_it_is_refunded
                a_return_that_fails_can_be_asked_for_again
                what_was_refunded_before_is_not_shared;
            store:
                each_thing_is_claimed_once_and_again_later
                what_fails_changes_nothing
                the_database_itself_refuses_what_must_not_be;
            transfers:
                a_transfer_is_confirmed_told_and_booked
                a_transfer_that_nobody_confirms_or_that_fails
                answers_that_are_lost_are_one_transfer
                one_that_waits_for_money_is_asked_for_again
                a_transfer_is_asked_back
                what_cannot_be_transferred_is_refused_by_name;
        }
    };
}

pub(crate) use {all_scenarios, scenarios};
