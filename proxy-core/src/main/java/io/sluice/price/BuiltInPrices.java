package io.sluice.price;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sluice.usage.ServiceTier;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The prices that come with the gateway: the resource {@code prices.tsv}, a line for each model.
 *
 * <p>Immutable; read when it is first asked for.
 */
final class BuiltInPrices {

    /*
     * The lines are sorted by the bytes of their names, so that a look-up is a binary search in the
     * bytes themselves: nothing is parsed but the line that was asked for.
     *
     * A line has five columns: name, mode, context window, most output ("-" where not known), and
     * terms parted by blanks: unit[>tokens][@tier]=price, in dollars for a million units.
     */

    private static final int MILLION_DIGITS = 6;

    private final byte[] text;
    private final int[] lines;
    private final String date;

    BuiltInPrices(byte[] text) {
        this.text = text;
        this.lines = lines(text);
        this.date = date(text);
    }

    /** The table of this build. */
    static BuiltInPrices instance() {
        return Holder.INSTANCE;
    }

    /** The entry of exactly that name, or {@code null}. */
    @Nullable PriceTerms find(String name) {
        byte[] wanted = name.getBytes(UTF_8);
        int low = 0;
        int high = lines.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int start = lines[middle];
            int order =
                    Arrays.compareUnsigned(text, start, nameEnd(start), wanted, 0, wanted.length);
            if (order == 0) {
                return parse(line(start));
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    /** The day on which the prices were known to be right, as year, month and day. */
    String date() {
        return date;
    }

    List<String> names() {
        List<String> names = new ArrayList<>(lines.length);
        for (int start : lines) {
            names.add(new String(text, start, nameEnd(start) - start, UTF_8));
        }
        return names;
    }

    private int nameEnd(int start) {
        int end = start;
        while (text[end] != '\t') {
            end++;
        }
        return end;
    }

    private String line(int start) {
        int end = start;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        return new String(text, start, end - start, UTF_8);
    }

    private static PriceTerms parse(String line) {
        String[] column = line.split("\t", -1);
        List<Term> terms = new ArrayList<>();
        for (String term : column[4].split(" ", -1)) {
            terms.add(term(term));
        }
        return new PriceTerms(
                column[1].equals("-") ? null : column[1],
                limit(column[2]),
                limit(column[3]),
                terms);
    }

    private static @Nullable Long limit(String text) {
        return text.equals("-") ? null : Long.valueOf(text);
    }

    private static Term term(String text) {
        int equals = text.indexOf('=');
        int at = text.indexOf('@');
        int above = text.indexOf('>');
        int unitEnd = above >= 0 ? above : at >= 0 ? at : equals;
        int sizeEnd = at >= 0 ? at : equals;
        return new Term(
                unit(text.substring(0, unitEnd)),
                at < 0
                        ? ServiceTier.STANDARD
                        : ServiceTier.valueOf(
                                text.substring(at + 1, equals).toUpperCase(Locale.ROOT)),
                above < 0 ? 0 : Integer.parseInt(text, above + 1, sizeEnd, 10),
                new BigDecimal(text.substring(equals + 1))
                        .movePointRight(18 - MILLION_DIGITS)
                        .longValueExact());
    }

    private static PricedUnit unit(String code) {
        for (PricedUnit unit : PricedUnit.ALL) {
            if (unit.code().equals(code)) {
                return unit;
            }
        }
        throw new IllegalStateException("no such unit: " + code);
    }

    /** The term as the table has it. */
    static String write(Term term) {
        StringBuilder text = new StringBuilder(term.unit().code());
        if (term.aboveTokens() > 0) {
            text.append('>').append(term.aboveTokens());
        }
        if (term.tier() != ServiceTier.STANDARD) {
            text.append('@').append(term.tier().name().toLowerCase(Locale.ROOT));
        }
        BigDecimal million = term.amount().movePointRight(MILLION_DIGITS).stripTrailingZeros();
        return text.append('=').append(million.toPlainString()).toString();
    }

    private static int[] lines(byte[] text) {
        int[] starts = new int[count(text)];
        int found = 0;
        int start = 0;
        while (start < text.length) {
            if (text[start] != '#') {
                starts[found] = start;
                found++;
            }
            start = next(text, start);
        }
        return Arrays.copyOf(starts, found);
    }

    private static int count(byte[] text) {
        int count = 0;
        for (byte b : text) {
            count += b == '\n' ? 1 : 0;
        }
        return count + 1;
    }

    private static int next(byte[] text, int start) {
        int end = start;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        return end + 1;
    }

    /** The first line says when: {@code # Prices as of 2026-08-01}. */
    private static String date(byte[] text) {
        String first = new String(text, 0, next(text, 0) - 1, UTF_8);
        return first.substring(first.lastIndexOf(' ') + 1);
    }

    /** Keeps the table from being read before somebody asks. */
    private static final class Holder {

        private static final BuiltInPrices INSTANCE = new BuiltInPrices(read());

        private static byte[] read() {
            try (InputStream in =
                    Objects.requireNonNull(BuiltInPrices.class.getResourceAsStream("prices.tsv"))) {
                return in.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
