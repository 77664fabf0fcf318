"""No set to learn from takes a cover of a request with a picture that somebody brought: what the trigger of 0007 asks as well."""

from django.db import migrations

MAY_LEARN = """
CREATE OR REPLACE FUNCTION covers_datasetitem_may_learn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_allowed boolean;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.cover_id IS NULL OR NEW.cover_id IS NOT DISTINCT FROM OLD.cover_id)
            AND (NEW.album_id IS NULL OR NEW.album_id IS NOT DISTINCT FROM OLD.album_id) THEN
        RETURN NEW;  -- its picture was deleted; what it was called stays
    END IF;
    IF NEW.album_id IS NOT NULL AND NEW.cover_id IS NULL THEN
        PERFORM FROM covers_album
            WHERE id = NEW.album_id AND id = NEW.source_pk
                AND allowed_use = 'training' AND sha256 <> '' AND sha256 = NEW.sha256;
        is_allowed := FOUND;
    ELSIF NEW.cover_id IS NOT NULL AND NEW.album_id IS NULL THEN
        -- the consent is held until this transaction ends: a withdrawal comes before the whole set, or after it
        PERFORM FROM covers_cover
            JOIN covers_coverrequest ON covers_coverrequest.id = covers_cover.request_id
            JOIN covers_trainingconsent ON covers_trainingconsent.owner_id = covers_coverrequest.owner_id
            WHERE covers_cover.id = NEW.cover_id AND covers_cover.id = NEW.source_pk
                AND covers_cover.visibility <> 'hidden'
                AND NOT covers_coverrequest.shows_face AND NOT covers_coverrequest.is_draft
                AND NOT covers_coverrequest.shows_picture
                AND covers_coverrequest.owner_id = NEW.owner_id
                AND covers_trainingconsent.withdrawn_at IS NULL
            FOR SHARE OF covers_trainingconsent;
        is_allowed := FOUND;
    END IF;
    IF is_allowed IS NOT TRUE THEN
        RAISE EXCEPTION 'picture % may not be learnt from', NEW.source_pk
            USING ERRCODE = 'check_violation', CONSTRAINT = 'datasetitem_may_be_learnt_from';
    END IF;
    RETURN NEW;
END $$;
"""
MAY_LEARN_BEFORE = """
CREATE OR REPLACE FUNCTION covers_datasetitem_may_learn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    is_allowed boolean;
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.cover_id IS NULL OR NEW.cover_id IS NOT DISTINCT FROM OLD.cover_id)
            AND (NEW.album_id IS NULL OR NEW.album_id IS NOT DISTINCT FROM OLD.album_id) THEN
        RETURN NEW;  -- its picture was deleted; what it was called stays
    END IF;
    IF NEW.album_id IS NOT NULL AND NEW.cover_id IS NULL THEN
        PERFORM FROM covers_album
            WHERE id = NEW.album_id AND id = NEW.source_pk
                AND allowed_use = 'training' AND sha256 <> '' AND sha256 = NEW.sha256;
        is_allowed := FOUND;
    ELSIF NEW.cover_id IS NOT NULL AND NEW.album_id IS NULL THEN
        -- the consent is held until this transaction ends: a withdrawal comes before the whole set, or after it
        PERFORM FROM covers_cover
            JOIN covers_coverrequest ON covers_coverrequest.id = covers_cover.request_id
            JOIN covers_trainingconsent ON covers_trainingconsent.owner_id = covers_coverrequest.owner_id
            WHERE covers_cover.id = NEW.cover_id AND covers_cover.id = NEW.source_pk
                AND covers_cover.visibility <> 'hidden'
                AND NOT covers_coverrequest.shows_face AND NOT covers_coverrequest.is_draft
                AND covers_coverrequest.owner_id = NEW.owner_id
                AND covers_trainingconsent.withdrawn_at IS NULL
            FOR SHARE OF covers_trainingconsent;
        is_allowed := FOUND;
    END IF;
    IF is_allowed IS NOT TRUE THEN
        RAISE EXCEPTION 'picture % may not be learnt from', NEW.source_pk
            USING ERRCODE = 'check_violation', CONSTRAINT = 'datasetitem_may_be_learnt_from';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("covers", "0026_own_pictures")]

    operations = [migrations.RunSQL(MAY_LEARN, MAY_LEARN_BEFORE)]
