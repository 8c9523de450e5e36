package io.sluice.transport.reload;

import io.sluice.config.Finding;
import io.sluice.config.LoadedSettings;
import io.sluice.config.SettingsChange;
import io.sluice.config.SettingsDiff;
import io.sluice.config.Severity;
import io.sluice.config.SourceFile;
import io.sluice.telemetry.Metric;
import io.sluice.telemetry.MetricsReader;
import io.sluice.transport.reload.ReloadResult.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration anew and puts it in force whole, or not at all. One at a time; blocks.
 *
 * <p>Safe for any thread but event loops.
 */
public final class Reloader {

    /*
     * Nothing that calls go by is touched before the new configuration has been read, checked and
     * built. Then one reference is swapped. A file that is refused is told of where an operator may
     * look: the answer, the log, a metric and the status.
     */

    private static final Logger LOG = LoggerFactory.getLogger(Reloader.class);
    private static final int SHOWN = 20;
    private static final String NO_FILE = "this gateway was started without a configuration file";

    private final SettingsSource source;
    private final Installer installer;
    private final InstantSource clock;
    private final @Nullable ConfigHistory history;
    private final Map<Outcome, AtomicLong> counts = new EnumMap<>(Outcome.class);
    private volatile LoadedSettings inForce;
    private volatile List<SourceFile> read;
    private volatile List<Path> referred;
    private volatile Map<Path, @Nullable FileStamp> named;
    private volatile long generation = 1;
    private volatile @Nullable ReloadResult last;

    /** Puts a configuration in force. */
    @FunctionalInterface
    public interface Installer {

        /**
         * Builds all that calls go by and swaps it, or changes nothing.
         *
         * @throws IOException if it cannot be used; the message says why, for the operator
         */
        void install(LoadedSettings loaded) throws IOException;
    }

    /**
     * The reloads of one gateway.
     *
     * @param inForce what it was started with, generation 1
     * @param history keeps what was in force; {@code null} for none
     */
    public Reloader(
            SettingsSource source,
            LoadedSettings inForce,
            Installer installer,
            InstantSource clock,
            @Nullable ConfigHistory history) {
        this.source = source;
        this.inForce = inForce;
        this.read = inForce.files();
        this.referred = inForce.named();
        this.named = stamps(inForce);
        this.installer = installer;
        this.clock = clock;
        this.history = history;
        keep(inForce, "start");
        for (Outcome outcome : Outcome.values()) {
            counts.put(outcome, new AtomicLong());
        }
    }

    /** Which configuration is in force; that of the start is 1. */
    public long generation() {
        return generation;
    }

    /** What became of the last reading; {@code null} where there was none. */
    public @Nullable ReloadResult last() {
        return last;
    }

    /** All files that a change may come from. */
    public Collection<Path> files() {
        Set<Path> files = new LinkedHashSet<>();
        read.forEach(file -> files.add(file.path()));
        files.addAll(referred);
        files.addAll(named.keySet());
        return files;
    }

    /** What the file says now differently from what is in force. */
    public synchronized List<SettingsChange> diff() {
        return SettingsDiff.between(inForce.values(), source.load().values());
    }

    /**
     * Reads the configuration and puts it in force.
     *
     * @param author who asks for it, in one word
     */
    public synchronized ReloadResult reload(String author) {
        LoadedSettings loaded = source.load();
        read = loaded.files();
        referred = loaded.named();
        ReloadResult result = take(loaded, author);
        note(result);
        return result;
    }

    private void keep(LoadedSettings loaded, String author) {
        if (history != null && source.file() != null) {
            history.add(clock.instant(), author, loaded.digest(), loaded.files());
        }
    }

    /** The configurations that were in force, the latest first. */
    public synchronized List<ConfigHistory.Entry> history() {
        return history == null ? List.of() : history.list();
    }

    /**
     * Puts an earlier configuration in force, and into its files: what stands in them now is lost
     * unless it was in force.
     *
     * @param number of the entry in the history; {@code null} for the one before the latest
     * @return {@code null} where there is none
     */
    public synchronized @Nullable ReloadResult rollBack(@Nullable Long number, String author) {
        ConfigHistory kept = history;
        List<ConfigHistory.Entry> all = history();
        ConfigHistory.Entry wanted =
                number == null
                        ? all.stream().skip(1).findFirst().orElse(null)
                        : all.stream()
                                .filter(entry -> entry.number() == number)
                                .findFirst()
                                .orElse(null);
        if (kept == null || wanted == null) {
            return null;
        }
        List<SourceFile> contents;
        try {
            contents = kept.contents(wanted);
        } catch (IllegalArgumentException e) {
            return refused(author, inForce, String.valueOf(e.getMessage()));
        }
        LoadedSettings pretended = source.load(contents);
        if (!pretended.fatalAtStart().isEmpty()) {
            return refused(author, pretended, summary(pretended.fatalAtStart()));
        }
        try {
            for (SourceFile file : contents) {
                AtomicFile.replace(file.path(), file.bytes());
            }
        } catch (IOException e) {
            return refused(author, pretended, "a file cannot be written: " + e.getMessage());
        }
        return reload(author);
    }

    private ReloadResult refused(String author, LoadedSettings loaded, String reason) {
        ReloadResult result = result(Outcome.REFUSED, author, List.of(), loaded, reason);
        note(result);
        return result;
    }

    private ReloadResult take(LoadedSettings loaded, String author) {
        if (source.file() == null) {
            return result(Outcome.REFUSED, author, List.of(), loaded, NO_FILE);
        }
        List<SettingsChange> changes = SettingsDiff.between(inForce.values(), loaded.values());
        List<Finding> faults = loaded.fatalAtStart();
        if (!faults.isEmpty()) {
            return result(Outcome.REFUSED, author, changes, loaded, summary(faults));
        }
        Map<Path, @Nullable FileStamp> stamps = stamps(loaded);
        if (changes.isEmpty() && stamps.equals(named)) {
            return result(Outcome.UNCHANGED, author, changes, loaded, "");
        }
        long next = generation + 1;
        try {
            installer.install(loaded);
        } catch (IOException | RuntimeException e) {
            return result(Outcome.REFUSED, author, changes, loaded, String.valueOf(e.getMessage()));
        }
        inForce = loaded;
        named = stamps;
        generation = next;
        keep(loaded, author);
        return result(Outcome.CHANGED, author, changes, loaded, "");
    }

    private ReloadResult result(
            Outcome outcome,
            String author,
            List<SettingsChange> changes,
            LoadedSettings loaded,
            String reason) {
        List<Finding> findings = new ArrayList<>(loaded.findings());
        findings.addAll(loaded.fatal());
        findings.removeIf(finding -> finding.severity() == Severity.NOTE);
        return new ReloadResult(
                outcome,
                generation,
                clock.instant(),
                author,
                changes,
                changes.stream().filter(RestartKeys::contains).map(SettingsChange::path).toList(),
                findings,
                reason);
    }

    private static String summary(List<Finding> faults) {
        String first = faults.getFirst().render().lines().findFirst().orElse("");
        int more = faults.size() - 1;
        return more == 0 ? first : first + " (and " + more + " more)";
    }

    private void note(ReloadResult result) {
        last = result;
        counts(result.outcome()).incrementAndGet();
        switch (result.outcome()) {
            case CHANGED ->
                    LOG.atInfo()
                            .addKeyValue("generation", result.generation())
                            .addKeyValue("by", result.author())
                            .log("the configuration has changed: {}", shown(result.changes()));
            case UNCHANGED ->
                    LOG.atInfo()
                            .addKeyValue("by", result.author())
                            .log("the configuration was read anew and says what it said");
            case REFUSED ->
                    LOG.atError()
                            .addKeyValue("by", result.author())
                            .log(
                                    "the configuration cannot be used, the one before stays in"
                                            + " force: {}",
                                    result.reason());
        }
        if (result.outcome() == Outcome.CHANGED && !result.restart().isEmpty()) {
            LOG.warn("counts from the next start on: {}", String.join(", ", result.restart()));
        }
    }

    private static String shown(List<SettingsChange> changes) {
        String first =
                changes.stream()
                        .limit(SHOWN)
                        .map(SettingsChange::render)
                        .collect(Collectors.joining("; "));
        int more = changes.size() - SHOWN;
        return changes.isEmpty()
                ? "files that it names"
                : more > 0 ? first + " and " + more + " more" : first;
    }

    /** What the configuration names and does not hold. */
    private static Map<Path, @Nullable FileStamp> stamps(LoadedSettings loaded) {
        Map<Path, @Nullable FileStamp> stamps = new HashMap<>();
        add(stamps, loaded.settings().listen().certificate());
        add(stamps, loaded.settings().listen().privateKey());
        return stamps;
    }

    private static void add(Map<Path, @Nullable FileStamp> stamps, @Nullable Path file) {
        if (file != null) {
            stamps.put(file.toAbsolutePath().normalize(), FileStamp.of(file));
        }
    }

    private AtomicLong counts(Outcome outcome) {
        AtomicLong count = counts.get(outcome);
        assert count != null;
        return count;
    }

    /** Passes its numbers on. */
    public void readMetrics(MetricsReader reader) {
        for (Outcome outcome : Outcome.values()) {
            reader.onValue(Metric.CONFIG_RELOADS, List.of(outcome.word()), counts(outcome).get());
        }
        ReloadResult result = last;
        boolean isValid = result == null || result.outcome() != Outcome.REFUSED;
        reader.onValue(Metric.CONFIG_VALID, List.of(), isValid ? 1 : 0);
    }
}
