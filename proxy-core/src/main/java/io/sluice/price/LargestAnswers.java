package io.sluice.price;

import io.sluice.config.Allowance;
import io.sluice.config.BudgetEntry;
import io.sluice.config.BudgetMode;
import io.sluice.config.Finding;
import io.sluice.config.KeyEntry;
import io.sluice.config.ModelEntry;
import io.sluice.config.Settings;
import io.sluice.config.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds configured models under a hard budget of which nobody knows how much they may answer.
 *
 * <p>A call to one that states no bound is given one as large as its context window and the budget
 * allow, which its provider may refuse.
 */
public final class LargestAnswers {

    private static final Pattern POSITION = Pattern.compile("(.*):([0-9]+):([0-9]+)");

    /** Those that answer with text. */
    private static final Set<String> TALKING = Set.of("chat", "completion", "responses");

    private final Settings settings;

    private LargestAnswers(Settings settings) {
        this.settings = settings;
    }

    /** A warning for each such model, in the order of the file. */
    public static List<Finding> check(Settings settings, PriceTable prices) {
        LargestAnswers answers = new LargestAnswers(settings);
        List<Finding> findings = new ArrayList<>();
        for (ModelEntry entry : settings.models()) {
            String budget = entry.model().contains("*") ? null : answers.hardBudget(entry);
            if (budget != null && !isKnown(prices.of(entry).find(entry.model()))) {
                findings.add(finding(entry, budget));
            }
        }
        return findings;
    }

    private static boolean isKnown(@Nullable Price price) {
        if (price == null) {
            return false;
        }
        String mode = price.terms().mode();
        boolean isSilent = mode != null && !TALKING.contains(mode);
        return isSilent || price.maxOutput() != null;
    }

    private static Finding finding(ModelEntry entry, String budget) {
        Matcher at = POSITION.matcher(entry.origin());
        boolean isInFile = at.matches();
        return new Finding(
                Severity.WARNING,
                isInFile ? at.group(1) : entry.origin(),
                isInFile ? Integer.parseInt(at.group(2)) : 0,
                isInFile ? Integer.parseInt(at.group(3)) : 0,
                "the largest answer of %s/%s is not known, and %s is hard: a call to %s that bounds"
                                .formatted(entry.provider(), entry.model(), budget, entry.name())
                        + " no output gets a bound that the provider may refuse",
                "say max_output_tokens of the model in prices.file, or let its callers bound their"
                        + " output",
                null,
                0);
    }

    /** A hard budget that calls to the model may come under, in words; {@code null} for none. */
    private @Nullable String hardBudget(ModelEntry entry) {
        if (isHard(settings.budgets().gateway())) {
            return "the gateway's budget";
        }
        if (isHard(entry.allowance())) {
            return "the budget of this deployment";
        }
        if (isHard(settings.accounts().models().get(entry.name()))) {
            return "the budget of the model " + entry.name();
        }
        if (isHard(settings.accounts().providers().get(entry.provider()))) {
            return "the budget of the provider " + entry.provider();
        }
        if (isHard(settings.accounts().endUser())) {
            return "the budget of each end-user";
        }
        for (Map.Entry<String, Allowance> tag : settings.accounts().tags().entrySet()) {
            if (isHard(tag.getValue())) {
                return "the budget of the tag " + tag.getKey();
            }
        }
        for (KeyEntry key : settings.keys()) {
            if (isHard(key.budget()) || isHard(key.modelBudgets().get(entry.name()))) {
                return "the budget of the key " + key.alias();
            }
        }
        return settings.budgets().defaultMode() == BudgetMode.HARD
                ? "every budget that does not say otherwise (budgets.default_mode)"
                : null;
    }

    private boolean isHard(@Nullable Allowance allowance) {
        return allowance != null && isHard(allowance.budget());
    }

    private boolean isHard(@Nullable BudgetEntry budget) {
        if (budget == null) {
            return false;
        }
        BudgetMode mode = budget.mode() == null ? settings.budgets().defaultMode() : budget.mode();
        return mode == BudgetMode.HARD;
    }
}
