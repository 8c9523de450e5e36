package io.sluice.routing;

import io.sluice.config.Secret;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is left to the accounts behind targets, by their tokens: it outlives the routes that are
 * made anew.
 *
 * <p>Safe for any thread. As long as the tokens an operator ever configured.
 */
public final class AccountUsages {

    private final ConcurrentHashMap<Secret, AccountUsage> byToken = new ConcurrentHashMap<>();

    AccountUsage of(Secret token) {
        return byToken.computeIfAbsent(token, _ -> new AccountUsage());
    }
}
