package io.sluice.admission;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The accounts that one call is charged to, and the model it names, which some of their budgets are
 * for. Refilled for each call; grows to what it ever held and allocates nothing after that.
 * Confined to one event loop.
 */
public final class Levels {

    private final List<Account> accounts = new ArrayList<>();

    private @Nullable String model;
    private @Nullable String group;

    public void clear() {
        accounts.clear();
        model = null;
        group = null;
    }

    /**
     * Notes which model is called. Before that no budget counts that is for one model.
     *
     * @param asked as the caller wrote it
     * @param found the name under which it was found: an alias stands for another, a pattern for
     *     many
     */
    public void setModel(@Nullable String asked, @Nullable String found) {
        model = asked;
        group = found;
    }

    /** Whether a budget is for this call. */
    boolean covers(BudgetTerms terms) {
        return isCalled(terms.model());
    }

    /** Whether a limit is for this call. */
    boolean covers(RateLimit limit) {
        return isCalled(limit.model());
    }

    private boolean isCalled(@Nullable String only) {
        return only == null || only.equals(model) || only.equals(group);
    }

    /** The model as the caller wrote it. */
    @Nullable String model() {
        return model;
    }

    /** The name under which it was found. */
    @Nullable String group() {
        return group;
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

    /** Whether there is none. */
    public boolean isEmpty() {
        return accounts.isEmpty();
    }

    int size() {
        return accounts.size();
    }

    Account get(int index) {
        return accounts.get(index);
    }

    /** Whether one of them has a hard budget for this call. */
    public boolean hasHardBudget() {
        for (int i = 0; i < accounts.size(); i++) {
            List<BudgetTerms> budgets = accounts.get(i).terms().budgets();
            for (int j = 0; j < budgets.size(); j++) {
                if (budgets.get(j).isHard() && covers(budgets.get(j))) {
                    return true;
                }
            }
        }
        return false;
    }
}
