package io.sluice.admission;

import io.sluice.price.Cost;
import io.sluice.price.Currency;
import io.sluice.price.Price;
import io.sluice.price.PricedUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one call may use: a likely amount for rate limits, the largest one for hard budgets.
 * Refilled for each call and allocates nothing then. Confined to one event loop.
 */
public final class Demand {

    /*
     * A token of a text is at least one byte of it, so that the body bounds the input; what a
     * provider adds to it (its template, its way to describe functions) is the allowance. Media and
     * tools that the provider runs have no bound in the body: there the context window is the
     * bound, and where that is not known there is none.
     */

    /** What providers put around messages, in tokens. */
    public static final long TEMPLATE_TOKENS = 256;

    /** What they add where functions are described, in tokens. */
    public static final long FUNCTION_TOKENS = 1024;

    /** The output of a call that states no bound, for rate limits alone. */
    public static final long LIKELY_OUTPUT = 1024;

    private static final int BYTES_PER_TOKEN = 4;
    private static final long NANOS_OF_PICOS = 1000;
    private static final long MANY = 1L << 40;
    private static final long ANY = -1;

    private static final List<PricedUnit> INPUT_UNITS =
            List.of(
                    PricedUnit.INPUT,
                    PricedUnit.CACHE_READ,
                    PricedUnit.CACHE_WRITE,
                    PricedUnit.CACHE_WRITE_HOUR,
                    PricedUnit.AUDIO_INPUT,
                    PricedUnit.IMAGE_INPUT);
    private static final List<PricedUnit> OUTPUT_UNITS =
            List.of(
                    PricedUnit.OUTPUT,
                    PricedUnit.REASONING,
                    PricedUnit.AUDIO_OUTPUT,
                    PricedUnit.IMAGE_OUTPUT);
    private static final List<PricedUnit> TOOL_UNITS =
            List.of(PricedUnit.SEARCH, PricedUnit.FILE_SEARCH, PricedUnit.CODE_SESSION);

    private final List<Price> prices = new ArrayList<>();
    private long inputBytes;
    private long allowance;
    private boolean isInputBounded;
    private boolean makesOutput;
    private long statedOutput;
    private long boundedOutput;
    private long choices;
    private long toolCalls;
    private boolean isFree;
    private boolean isUnpriced;

    /**
     * Begins anew: a call that uses nothing but itself.
     *
     * @param inputBytes of its body
     */
    public void start(long inputBytes) {
        prices.clear();
        this.inputBytes = inputBytes;
        allowance = TEMPLATE_TOKENS;
        isInputBounded = true;
        makesOutput = false;
        statedOutput = 0;
        boundedOutput = 0;
        choices = 1;
        toolCalls = 0;
        isFree = false;
        isUnpriced = false;
    }

    /** It asks for nothing that is paid for, such as a stored answer. */
    public void setFree() {
        isFree = true;
    }

    /**
     * It asks for output.
     *
     * @param stated the most tokens of each choice, 0 where the caller says nothing
     * @param choices how many answers it asks for, at least 1
     */
    public void setOutput(long stated, long choices) {
        makesOutput = true;
        statedOutput = Math.min(stated, MANY);
        this.choices = Math.clamp(choices, 1, MANY);
    }

    /** Its output has been bounded, in tokens of each choice. */
    public void stateOutput(long tokens) {
        statedOutput = Math.min(tokens, MANY);
    }

    /** It describes functions. */
    public void setFunctions() {
        allowance = TEMPLATE_TOKENS + FUNCTION_TOKENS;
    }

    /** Its bytes do not bound its input. */
    public void setUnboundedInput() {
        isInputBounded = false;
    }

    /**
     * The provider may run tools of its own.
     *
     * @param most how often, negative where nobody has said
     */
    public void setProviderTools(long most) {
        toolCalls = most < 0 ? ANY : Math.min(most, MANY);
    }

    /** Adds what a target that may serve it costs; {@code null} where nobody knows. */
    public void addPrice(@Nullable Price price) {
        if (price == null) {
            isUnpriced = true;
        } else {
            prices.add(price);
        }
    }

    /** Whether the caller has stated how much output it wants, or there is none. */
    boolean isOutputStated() {
        return isFree || !makesOutput || statedOutput > 0;
    }

    /** Why what it may cost has no bound, or {@code null} where it has one. */
    @Nullable String unbounded() {
        if (isFree) {
            return null;
        }
        if (isUnpriced) {
            return "no price is known for its model";
        }
        for (int i = 0; i < prices.size(); i++) {
            if (toolCalls == ANY && highest(prices.get(i), TOOL_UNITS) > 0) {
                return "its provider may run tools that cost something, and max_tool_calls is not"
                        + " stated";
            }
            if (!isInputBounded && prices.get(i).contextWindow() == null) {
                return "its input is not bounded by its body, nor by a context window that is"
                        + " known";
            }
        }
        return null;
    }

    /** The most output that any target can make, in tokens of one choice. */
    long mostOutput() {
        if (statedOutput > 0) {
            return statedOutput;
        }
        long most = 1;
        for (int i = 0; i < prices.size(); i++) {
            Long stated = prices.get(i).maxOutput();
            Long known = stated == null ? prices.get(i).contextWindow() : stated;
            most = Math.max(most, known == null ? MANY : known);
        }
        return Math.min(most, MANY);
    }

    /** Bounds the output of a call that has not done so itself. */
    void boundOutput(long tokens) {
        boundedOutput = tokens;
    }

    /** The bound that must be put into the body, in tokens of one choice; 0 where none must. */
    long boundedOutput() {
        return boundedOutput;
    }

    /** The output that is paid for, all choices together, in tokens. */
    long paidOutput() {
        long each = boundedOutput > 0 ? boundedOutput : mostOutput();
        return makesOutput ? Math.min(MANY, each * choices) : MANY;
    }

    /**
     * The most it can cost with that much output, in 10^-12 of {@code currency}, or {@link
     * Cost#UNKNOWN} where there is no rate.
     */
    long worstPicos(Currency currency, long outputTokens) {
        if (isFree) {
            return 0;
        }
        long worst = 0;
        for (int i = 0; i < prices.size(); i++) {
            Price price = prices.get(i);
            long own = worstOf(price, outputTokens);
            long picos =
                    price.currency().code().equals(currency.code())
                            ? own
                            : fromDollars(currency, price.currency().toDollars(own));
            if (picos == Cost.UNKNOWN) {
                return Cost.UNKNOWN;
            }
            worst = Math.max(worst, picos);
        }
        return worst;
    }

    private static long fromDollars(Currency currency, long dollarPicos) {
        return dollarPicos == Cost.UNKNOWN ? Cost.UNKNOWN : currency.fromDollars(dollarPicos);
    }

    private long worstOf(Price price, long outputTokens) {
        Long window = price.contextWindow();
        long most = inputBytes + allowance;
        long input = window == null ? most : isInputBounded ? Math.min(most, window) : window;
        long output = makesOutput ? Math.min(MANY, outputTokens * choices) : 0;
        long picos = Cost.atMost(input, highest(price, INPUT_UNITS));
        picos = plus(picos, Cost.atMost(output, highest(price, OUTPUT_UNITS)));
        picos = plus(picos, Cost.atMost(Math.max(0, toolCalls), highest(price, TOOL_UNITS)));
        return plus(picos, Cost.atMost(1, Math.max(0, price.highestRate(PricedUnit.REQUEST))));
    }

    private static long highest(Price price, List<PricedUnit> units) {
        long highest = 0;
        for (int i = 0; i < units.size(); i++) {
            highest = Math.max(highest, price.highestRate(units.get(i)));
        }
        return highest;
    }

    /** What it is likely to use of a limit. */
    long likely(LimitUnit unit) {
        if (unit == LimitUnit.REQUESTS) {
            return 1;
        }
        if (isFree) {
            return 0;
        }
        return unit == LimitUnit.TOKENS ? likelyTokens() : likelyNanoDollars();
    }

    private long likelyTokens() {
        return likelyInput() + likelyOutput();
    }

    private long likelyInput() {
        return inputBytes / BYTES_PER_TOKEN + 1;
    }

    private long likelyOutput() {
        long each = statedOutput > 0 ? statedOutput : LIKELY_OUTPUT;
        return makesOutput ? Math.min(MANY, each * choices) : 0;
    }

    private long likelyNanoDollars() {
        if (prices.isEmpty()) {
            return 0;
        }
        Price price = prices.getFirst();
        long picos =
                plus(
                        Cost.atMost(
                                likelyInput(), Math.max(0, price.highestRate(PricedUnit.INPUT))),
                        Cost.atMost(
                                likelyOutput(), Math.max(0, price.highestRate(PricedUnit.OUTPUT))));
        return nanos(price.currency().toDollars(picos));
    }

    /** Picos in 10^-9, rounded up; what is unknown is nothing. */
    static long nanos(long picos) {
        return picos <= 0 ? 0 : Math.min(RateWindow.MAX_COUNT, Math.ceilDiv(picos, NANOS_OF_PICOS));
    }

    private static long plus(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
