package io.sluice.admission;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The accounts that one call is charged to. Refilled for each call; grows to what it ever held and
 * allocates nothing after that. Confined to one event loop.
 */
public final class Levels {

    private final List<Account> accounts = new ArrayList<>();

    public void clear() {
        accounts.clear();
    }

    /** Adds an account, once; {@code null} adds none. */
    public void add(@Nullable Account account) {
        if (account != null && !accounts.contains(account)) {
            accounts.add(account);
        }
    }

    /** The accounts, in the order in which they were added; changes with this object. */
    public List<Account> accounts() {
        return accounts;
    }

    int size() {
        return accounts.size();
    }

    Account get(int index) {
        return accounts.get(index);
    }

    /** Whether one of them has a hard budget. */
    public boolean hasHardBudget() {
        for (int i = 0; i < accounts.size(); i++) {
            if (accounts.get(i).terms().hasHardBudget()) {
                return true;
            }
        }
        return false;
    }
}
