package io.sluice.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Loads a configuration and finds all its faults at once.
 *
 * <p>Reads files; for start-up and reload, never on an event loop. Throws nothing for anything that
 * a file may hold. Not safe for use by several threads at once.
 */
public final class SettingsLoader {

    private static final int MAX_FILES = 100;
    private static final List<String> NEEDED_AT_START =
            List.of(
                    "general_settings.master_key",
                    "general_settings.salt_key",
                    "general_settings.database_url",
                    "database.url",
                    "listen.tls.certificate",
                    "listen.tls.private_key",
                    "upstream.trusted_certificates");

    private final Map<String, String> environment;
    private final List<Flag> flags;
    private final Deque<Path> including = new ArrayDeque<>();
    private Problems problems = new Problems();
    private List<SourceFile> sources = new ArrayList<>();
    private Map<Path, byte[]> instead = Map.of();
    private int files;

    /**
     * A value from the command line.
     *
     * @param name the flag, such as {@code --port}
     * @param path the key it sets, such as {@code listen.port}
     */
    public record Flag(String name, String path, String value) {}

    /**
     * A loader for one process.
     *
     * @param environment its variables
     * @param flags values that win over everything
     */
    public SettingsLoader(Map<String, String> environment, List<Flag> flags) {
        this.environment = Map.copyOf(environment);
        this.flags = List.copyOf(flags);
    }

    /** Loads {@code file}, or the defaults with environment and flags if it is {@code null}. */
    public LoadedSettings load(@Nullable Path file) {
        problems = new Problems();
        files = 0;
        sources = new ArrayList<>();
        ConfigNode.Mapping root = file == null ? empty("defaults") : document(file, null);
        return finish(root);
    }

    /**
     * Loads {@code file} as it would be with these contents in place of what stands in those files.
     */
    public LoadedSettings load(Path file, List<SourceFile> contents) {
        Map<Path, byte[]> pretended = new LinkedHashMap<>();
        contents.forEach(source -> pretended.put(source.path(), source.bytes()));
        instead = pretended;
        try {
            return load(file);
        } finally {
            instead = Map.of();
        }
    }

    /** Loads {@code bytes} as if they stood in {@code file}. */
    public LoadedSettings load(Path file, byte[] bytes) {
        problems = new Problems();
        files = 1;
        sources = new ArrayList<>();
        sources.add(SourceFile.of(file, bytes));
        including.push(file.toAbsolutePath().normalize());
        ConfigNode.Mapping root = parsed(file, bytes);
        including.pop();
        return finish(root);
    }

    private LoadedSettings finish(ConfigNode.Mapping file) {
        Overlay overlay = new Overlay(problems);
        ConfigNode.Mapping root =
                overlay.withFlags(overlay.withEnvironment(file, environment), flags);
        References references = references(root);
        Values values = new TreeReader(problems, references).read(root);
        Settings settings = new SettingsBuilder(values, problems, references, environment).build();
        List<EffectiveValue> effective = new EffectiveValues(values).list();
        return new LoadedSettings(
                settings,
                problems.findings(),
                neededAtStart(values),
                effective,
                sources,
                List.copyOf(references.files()),
                EffectiveValues.digest(effective));
    }

    private static List<Finding> neededAtStart(Values values) {
        List<Finding> needed = new ArrayList<>();
        for (String path : NEEDED_AT_START) {
            Values.Fault fault = values.findFault(path);
            if (fault != null) {
                Place place = values.placeOf(path);
                needed.add(
                        new Finding(
                                Severity.ERROR,
                                place.file(),
                                place.line(),
                                place.column(),
                                path + " is needed: " + fault.reason(),
                                null,
                                null,
                                0));
            }
        }
        return needed;
    }

    private ConfigNode.Mapping document(Path file, @Nullable Place from) {
        Path absolute = file.toAbsolutePath().normalize();
        Place place = from == null ? Place.startOf(file.toString()) : from;
        if (including.contains(absolute)) {
            problems.add(Severity.ERROR, place, "include makes a circle through " + file, null);
            return empty(file.toString());
        }
        files++;
        if (files > MAX_FILES) {
            problems.add(Severity.ERROR, place, "more than 100 files", null);
            return empty(file.toString());
        }
        including.push(absolute);
        try {
            return parsed(file, bytes(file));
        } catch (NoSuchFileException _) {
            problems.add(Severity.ERROR, place, "there is no file " + file, null);
        } catch (IOException _) {
            problems.add(Severity.ERROR, place, file + " cannot be read", null);
        } finally {
            including.pop();
        }
        return empty(file.toString());
    }

    private byte[] bytes(Path file) throws IOException {
        byte[] pretended = instead.get(file.toAbsolutePath().normalize());
        if (pretended != null) {
            sources.add(SourceFile.of(file, pretended));
            return pretended;
        }
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(YamlReader.MAX_BYTES + 1);
            sources.add(SourceFile.of(file, bytes));
            return bytes;
        } catch (IOException e) {
            sources.add(SourceFile.of(file, null));
            throw e;
        }
    }

    private ConfigNode.Mapping parsed(Path file, byte[] bytes) {
        ConfigNode node = new YamlReader(file.toString(), problems).read(bytes);
        return switch (node) {
            case ConfigNode.Mapping mapping -> withIncludes(mapping);
            case null -> empty(file.toString());
            case ConfigNode.Scalar scalar when scalar.isNull() -> empty(file.toString());
            default -> {
                problems.unreadable(file.toString());
                problems.add(
                        Severity.ERROR,
                        node.place(),
                        "a configuration is a mapping, this is " + node.kind(),
                        null);
                yield empty(file.toString());
            }
        };
    }

    private static ConfigNode.Mapping empty(String file) {
        return new ConfigNode.Mapping(new LinkedHashMap<>(), List.of(), Place.startOf(file), 1);
    }

    private ConfigNode.Mapping withIncludes(ConfigNode.Mapping mapping) {
        List<ConfigNode> names =
                switch (mapping.find("include")) {
                    case ConfigNode.Sequence sequence -> sequence.items();
                    case ConfigNode.Scalar scalar when !scalar.isNull() -> List.of(scalar);
                    case null, default -> List.of();
                };
        References references = new References(environment, Map.of(), Map.of());
        ConfigNode.Mapping result = mapping;
        for (ConfigNode name : names) {
            if (name instanceof ConfigNode.Scalar scalar && !scalar.isNull()) {
                String text = references.resolve(scalar.text(), scalar.place(), true).text();
                Path path = path(text, scalar.place());
                if (path != null) {
                    result = new Inclusion(problems).merged(result, document(path, scalar.place()));
                }
            }
        }
        return result;
    }

    private @Nullable Path path(String text, Place place) {
        try {
            return place.resolve(text);
        } catch (InvalidPathException _) {
            problems.add(Severity.ERROR, place, "this is not a path", null);
            return null;
        }
    }

    private References references(ConfigNode.Mapping root) {
        References own = new References(environment, Map.of(), Map.of());
        Map<String, String> variables = environmentFile(root, own);
        References withFile = new References(environment, variables, Map.of());
        Map<String, String> defaults = new LinkedHashMap<>();
        if (root.find("environment_variables") instanceof ConfigNode.Mapping mapping) {
            for (ConfigNode.Member member : mapping.members().values()) {
                if (member.value() instanceof ConfigNode.Scalar scalar && !scalar.isNull()) {
                    References.Resolved value =
                            withFile.resolve(scalar.text(), scalar.place(), true);
                    if (value.unset() == null && value.fault() == null) {
                        defaults.put(member.key(), value.text());
                    }
                }
            }
        }
        return new References(environment, variables, defaults);
    }

    /** The variables of the file that was asked for, or of the one beside a file of LiteLLM's. */
    private Map<String, String> environmentFile(ConfigNode.Mapping root, References references) {
        boolean isAsked = root.find("env_file") instanceof ConfigNode.Scalar name && !name.isNull();
        if (!isAsked && !refersLikeLiteLlm(root)) {
            return Map.of();
        }
        ConfigNode.Scalar name =
                root.find("env_file") instanceof ConfigNode.Scalar scalar && isAsked
                        ? scalar
                        : new ConfigNode.Scalar(".env", true, root.place());
        Path path = path(references.resolve(name.text(), name.place(), false).text(), name.place());
        if (path == null || (!isAsked && !Files.isRegularFile(path))) {
            return Map.of();
        }
        try {
            String text = new String(bytes(path), StandardCharsets.UTF_8);
            return EnvironmentFile.read(path.toString(), text, problems);
        } catch (IOException _) {
            problems.add(Severity.ERROR, name.place(), path + " cannot be read", null);
            return Map.of();
        }
    }

    private static boolean refersLikeLiteLlm(ConfigNode node) {
        return switch (node) {
            case ConfigNode.Scalar scalar -> References.isLiteLlm(scalar.text());
            case ConfigNode.Sequence sequence ->
                    sequence.items().stream().anyMatch(SettingsLoader::refersLikeLiteLlm);
            case ConfigNode.Mapping mapping ->
                    mapping.members().values().stream()
                            .anyMatch(member -> refersLikeLiteLlm(member.value()));
        };
    }
}
