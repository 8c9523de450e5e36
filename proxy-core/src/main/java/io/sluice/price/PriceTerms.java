package io.sluice.price;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one entry of a price list says of a model. Immutable.
 *
 * @param mode what the model is for, such as {@code chat}
 * @param contextWindow the most tokens of input, or {@code null} where it is not known
 * @param maxOutput the most tokens of output, or {@code null} where it is not known
 */
public record PriceTerms(
        @Nullable String mode,
        @Nullable Long contextWindow,
        @Nullable Long maxOutput,
        List<Term> terms) {

    public PriceTerms {
        terms = List.copyOf(terms);
    }

    /**
     * These terms with others over them.
     *
     * <p>A price of the input, or of the output, that is given anew replaces all prices of its
     * parts: what was agreed for the whole is not undercut or exceeded by what a list says of a
     * cached token.
     */
    PriceTerms under(List<Term> others) {
        List<Term> merged = new ArrayList<>(others);
        for (Term term : terms) {
            if (others.stream().noneMatch(other -> replaces(other, term))) {
                merged.add(term);
            }
        }
        return new PriceTerms(mode, contextWindow, maxOutput, merged);
    }

    private static boolean replaces(Term other, Term term) {
        PricedUnit.Side side = term.unit().side();
        boolean isWhole = other.unit() == PricedUnit.INPUT || other.unit() == PricedUnit.OUTPUT;
        return other.unit() == term.unit()
                || (isWhole && side != PricedUnit.Side.NEITHER && other.unit().side() == side);
    }

    /** The terms with one price for each condition, the last of several. */
    static List<Term> distinct(List<Term> terms) {
        Map<List<Object>, Term> last = new LinkedHashMap<>();
        for (Term term : terms) {
            last.put(List.of(term.unit(), term.tier(), term.aboveTokens()), term);
        }
        return List.copyOf(last.values());
    }
}
