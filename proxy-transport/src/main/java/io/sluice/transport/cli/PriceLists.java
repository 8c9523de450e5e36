package io.sluice.transport.cli;

import io.sluice.config.ConfigLocator;
import io.sluice.config.Finding;
import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsLoader;
import io.sluice.config.Severity;
import io.sluice.price.PriceTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the price commands look at: a configuration and its prices.
 *
 * @param table {@code null} where the configuration or its price file cannot be used
 */
record PriceLists(LoadedSettings loaded, @Nullable PriceTable table) {

    /** Loads them and prints what is wrong with them to {@code err}. */
    static PriceLists load(@Nullable Path config, PrintWriter err) {
        Path file = config;
        if (file == null) {
            file = ConfigLocator.ofProcess().locate().file();
        }
        LoadedSettings loaded = new SettingsLoader(System.getenv(), List.of()).load(file);
        print(loaded.findings(), Severity.ERROR, err);
        if (loaded.hasErrors()) {
            return new PriceLists(loaded, null);
        }
        try {
            PriceTable table = PriceTable.load(loaded.settings().prices());
            print(table.findings(), Severity.WARNING, err);
            return new PriceLists(loaded, table);
        } catch (IOException e) {
            err.println("error: " + e.getMessage());
            return new PriceLists(loaded, null);
        }
    }

    private static void print(List<Finding> findings, Severity severity, PrintWriter err) {
        for (Finding finding : findings) {
            if (finding.severity() == severity) {
                err.println(finding.render());
            }
        }
    }
}
