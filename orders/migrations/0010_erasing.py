"""Walls for people who are erased: their orders hold nothing, nobody writes for them again, and words can go from the ledger."""

from django.db import migrations

# Whoever writes for an account waits for an erasure under way, and is refused once it has committed.
REFUSE_ERASED_ACCOUNT = """
CREATE FUNCTION orders_refuse_erased_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM accounts_user WHERE id = NEW.account_id AND anonymised_at IS NULL FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'The account is erased.' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'account_is_not_erased';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER not_for_erased_accounts BEFORE INSERT ON orders_orderdraft
    FOR EACH ROW EXECUTE FUNCTION orders_refuse_erased_account();
CREATE TRIGGER not_for_erased_accounts BEFORE INSERT ON orders_order
    FOR EACH ROW EXECUTE FUNCTION orders_refuse_erased_account();
"""
DROP_ERASED_ACCOUNT = """
DROP TRIGGER not_for_erased_accounts ON orders_order;
DROP TRIGGER not_for_erased_accounts ON orders_orderdraft;
DROP FUNCTION orders_refuse_erased_account();
"""
REFUSE_ERASED_ORDER = """
CREATE FUNCTION orders_refuse_words_about_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM orders_order WHERE id = NEW.order_id AND anonymised_at IS NULL FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'The person is erased.' USING ERRCODE = 'restrict_violation', CONSTRAINT = 'person_is_not_erased';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER not_for_erased_people BEFORE INSERT ON orders_orderproblem
    FOR EACH ROW EXECUTE FUNCTION orders_refuse_words_about_erased();
"""
DROP_ERASED_ORDER = """
DROP TRIGGER not_for_erased_people ON orders_orderproblem;
DROP FUNCTION orders_refuse_words_about_erased();
"""
# As in 0004, but that the words of a movement of stock may be taken away. Its numbers stand.
_FUNCTION = """
CREATE OR REPLACE FUNCTION orders_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('portal.maintenance', true) = 'on' THEN
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    {exception}
    RAISE EXCEPTION 'Rows of % are written once and never changed.', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$;
"""
_WORDS = """
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'orders_stockmovement' THEN
        IF to_jsonb(NEW) = to_jsonb(OLD) || '{"reason": "Words removed"}' THEN
            RETURN NEW;
        END IF;
    END IF;
"""


def function(exception: str) -> str:
    return _FUNCTION.replace("{exception}", exception)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0006_correct_details"), ("orders", "0009_search_by_words")]

    operations = [
        migrations.RunSQL(REFUSE_ERASED_ACCOUNT, DROP_ERASED_ACCOUNT),
        migrations.RunSQL(REFUSE_ERASED_ORDER, DROP_ERASED_ORDER),
        migrations.RunSQL(function(_WORDS), function("")),
    ]
