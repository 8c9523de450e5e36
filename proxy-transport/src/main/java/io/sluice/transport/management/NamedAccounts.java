package io.sluice.transport.management;

import io.sluice.store.AccountTerms;
import io.sluice.store.OwnerKind;
import io.sluice.store.OwnerRecord;
import io.sluice.store.Stamp;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Accounts of one kind whose names callers know: end-users and tags. Blocks; any thread. */
final class NamedAccounts {

    private static final String BY = "master";

    private final Books books;
    private final OwnerKind kind;
    private final String word;

    /**
     * The accounts of a kind.
     *
     * @param word what people are told they are
     */
    NamedAccounts(Books books, OwnerKind kind, String word) {
        this.books = books;
        this.kind = kind;
        this.word = word;
    }

    OwnerRecord create(String id, Body body) {
        var now = books.clock().instant();
        OwnerRecord bare =
                new OwnerRecord(
                        kind,
                        id,
                        null,
                        Map.of(),
                        AccountTerms.NONE,
                        false,
                        null,
                        now,
                        Stamp.of(now, BY));
        return books.owners().insert(changed(bare, body));
    }

    OwnerRecord update(String id, Body body) {
        return books.owners().update(changed(need(id), body));
    }

    /** Blocks one, or no longer; one that is not known is made, so that it can be blocked. */
    OwnerRecord block(String id, boolean blocked) {
        OwnerRecord found = books.owners().find(kind, id);
        if (found == null) {
            return create(id, Body.of(Map.of("blocked", blocked)));
        }
        return books.owners()
                .update(with(found, found.alias(), found.attributes(), found.terms(), blocked));
    }

    void delete(List<String> ids) {
        ids.forEach(this::need);
        ids.forEach(id -> books.owners().delete(kind, id));
    }

    List<OwnerRecord> list(@Nullable String after, int rows) {
        return books.owners().list(kind, after == null ? "" : after, rows);
    }

    OwnerRecord need(String id) {
        OwnerRecord found = books.owners().find(kind, id);
        if (found == null) {
            throw Answers.notFound(word, id);
        }
        return found;
    }

    @Nullable OwnerRecord find(String id) {
        return books.owners().find(kind, id);
    }

    private OwnerRecord changed(OwnerRecord now, Body body) {
        Map<String, String> attributes = new HashMap<>(now.attributes());
        for (String name : kind.attributes()) {
            String field = name.equals("region") ? "allowed_model_region" : name;
            if (body.has(field)) {
                String value = body.text(field);
                attributes.remove(name);
                if (value != null) {
                    attributes.put(name, value);
                }
            }
        }
        Boolean blocked = body.flag("blocked");
        return with(
                now,
                body.has("alias") ? body.text("alias") : now.alias(),
                attributes,
                AccountFields.read(body, now.terms()),
                blocked == null ? now.blocked() : blocked);
    }

    private OwnerRecord with(
            OwnerRecord now,
            @Nullable String alias,
            Map<String, String> attributes,
            AccountTerms terms,
            boolean blocked) {
        return new OwnerRecord(
                kind,
                now.id(),
                alias,
                attributes,
                terms,
                blocked,
                now.deactivatedAt(),
                now.spendSince(),
                now.stamp().changed(books.clock().instant(), BY));
    }
}
