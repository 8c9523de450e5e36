package io.sluice.transport.cli;

import io.sluice.config.ModelEntry;
import io.sluice.price.Price;
import io.sluice.price.PriceTable;
import io.sluice.price.Term;
import io.sluice.usage.ServiceTier;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows what one model costs, and who says so. */
@Command(
        name = "show",
        description = "Show all prices of a model, and where they come from.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "MODEL is a name that callers use, or one of a provider's, with or without",
            "the provider and a slash. The price that counts stands first.",
            "Exit code 0: there is a price, 1: there is none, 3: the configuration is invalid.",
            "  sluice price show gpt-4o",
            "  sluice price show gemini/gemini-2.5-pro --config sluice.yaml"
        })
final class PriceShowCommand implements Callable<Integer> {

    @Parameters(paramLabel = "MODEL", description = "the model")
    private String model;

    @Option(names = "--config", paramLabel = "F", description = "the configuration file")
    private @Nullable Path config;

    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    PriceShowCommand() {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        PriceLists lists = PriceLists.load(config, err);
        PriceTable table = lists.table();
        if (table == null) {
            err.flush();
            return ConfigCommand.EXIT_INVALID;
        }
        Map<String, Price> prices = new LinkedHashMap<>();
        for (ModelEntry entry : lists.loaded().settings().models()) {
            String own = entry.provider() + '/' + entry.model();
            if (entry.name().equals(model) || own.equals(model) || entry.model().equals(model)) {
                Price price = table.of(entry).find(entry.model());
                if (price != null) {
                    prices.putIfAbsent(price.toString(), price);
                }
            }
        }
        table.all(model).forEach(price -> prices.putIfAbsent(price.toString(), price));
        prices.values().forEach(price -> print(price, out));
        if (prices.isEmpty()) {
            err.println("no price is known for " + model);
        }
        out.flush();
        err.flush();
        return prices.isEmpty() ? 1 : 0;
    }

    private static void print(Price price, PrintWriter out) {
        out.println(price.name());
        out.println("  from            " + price.origin());
        line(out, "mode", price.terms().mode());
        line(out, "most input", price.contextWindow());
        line(out, "most output", price.maxOutput());
        List<Term> terms =
                price.terms().terms().stream()
                        .sorted(
                                Comparator.comparing(Term::unit)
                                        .thenComparingInt(Term::aboveTokens)
                                        .thenComparing(Term::tier))
                        .toList();
        for (Term term : terms) {
            out.println("  " + describe(term, price.currency().code()));
        }
    }

    private static void line(PrintWriter out, String name, @Nullable Object value) {
        if (value != null) {
            out.printf(Locale.ROOT, "  %-15s %s%n", name, value);
        }
    }

    private static String describe(Term term, String currency) {
        boolean isToken = term.unit().counted().equals("token");
        String amount =
                (isToken ? term.amount().movePointRight(6) : term.amount())
                        .stripTrailingZeros()
                        .toPlainString();
        String name = term.unit().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        StringBuilder line =
                new StringBuilder(String.format(Locale.ROOT, "%-15s %s ", name, amount))
                        .append(currency)
                        .append(isToken ? " per million tokens" : " per " + term.unit().counted());
        if (term.aboveTokens() > 0) {
            line.append(", above ").append(term.aboveTokens()).append(" tokens of input");
        }
        if (term.tier() != ServiceTier.STANDARD) {
            line.append(", ").append(term.tier().name().toLowerCase(Locale.ROOT));
        }
        return line.toString();
    }
}
