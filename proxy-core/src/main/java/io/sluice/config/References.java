package io.sluice.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the references in a configuration stand for.
 *
 * <p>Reads files when asked to resolve; for start-up only.
 */
final class References {

    private static final int MAX_FILE_BYTES = 1 << 20;
    private static final String OS_ENVIRON = "os.environ/";
    private static final Pattern DOLLAR_NAME = Pattern.compile("\\$[A-Z_][A-Z0-9_]*");
    private static final Pattern BRACED = Pattern.compile("\\$?\\$\\{(env|file|cred):([^}]*)}");

    private final Map<String, String> environment;
    private final Map<String, String> environmentFile;
    private final Map<String, String> defaults;
    private final Set<Path> files = new LinkedHashSet<>();

    /**
     * References into the given variables.
     *
     * @param environment the process's own variables, which win
     * @param environmentFile those of the {@code .env} file
     * @param defaults those of {@code environment_variables}
     */
    References(
            Map<String, String> environment,
            Map<String, String> environmentFile,
            Map<String, String> defaults) {
        this.environment = environment;
        this.environmentFile = environmentFile;
        this.defaults = defaults;
    }

    /**
     * What became of a text with references.
     *
     * @param text with every reference replaced
     * @param unset a variable that is referred to and not set
     * @param fault why a reference could not be followed
     * @param isPrivate whether part of it came from a file or a credential
     */
    record Resolved(
            String text, @Nullable String unset, @Nullable String fault, boolean isPrivate) {}

    /** Whether {@code text} is a reference and nothing else, so that it may be shown. */
    static boolean isBare(String text) {
        if (text.startsWith(OS_ENVIRON)) {
            return true;
        }
        Matcher braced = BRACED.matcher(text);
        return DOLLAR_NAME.matcher(text).matches()
                || (braced.matches() && !braced.group(2).contains(":-"));
    }

    /** Whether {@code text} refers to a variable as LiteLLM's files do. */
    static boolean isLiteLlm(String text) {
        return text.startsWith(OS_ENVIRON);
    }

    /** The files that references have named so far, absolute. */
    Set<Path> files() {
        return files;
    }

    /** The variable {@code name}, or {@code null} if it is not set. */
    @Nullable String find(String name) {
        String value = environment.get(name);
        if (value == null) {
            value = environmentFile.get(name);
        }
        return value == null ? defaults.get(name) : value;
    }

    /**
     * Replaces the references in {@code text}.
     *
     * @param dollarNames whether {@code $NAME} alone is a reference
     */
    Resolved resolve(String text, Place place, boolean dollarNames) {
        if (text.startsWith(OS_ENVIRON)) {
            return variable(text.substring(OS_ENVIRON.length()));
        }
        if (dollarNames && DOLLAR_NAME.matcher(text).matches()) {
            return variable(text.substring(1));
        }
        return text.contains("${") ? braced(text, place) : new Resolved(text, null, null, false);
    }

    private Resolved variable(String name) {
        String value = find(name);
        return value == null
                ? new Resolved("", name, null, false)
                : new Resolved(value, null, null, false);
    }

    private Resolved braced(String text, Place place) {
        StringBuilder resolved = new StringBuilder();
        Matcher reference = BRACED.matcher(text);
        boolean isPrivate = false;
        while (reference.find()) {
            String whole = reference.group();
            if (whole.startsWith("$$")) {
                reference.appendReplacement(resolved, Matcher.quoteReplacement(whole.substring(1)));
                continue;
            }
            Resolved one = one(reference.group(1), reference.group(2), place);
            if (one.unset() != null || one.fault() != null) {
                return one;
            }
            isPrivate |= one.isPrivate();
            reference.appendReplacement(resolved, Matcher.quoteReplacement(one.text()));
        }
        reference.appendTail(resolved);
        return new Resolved(resolved.toString(), null, null, isPrivate);
    }

    private Resolved one(String scheme, String target, Place place) {
        return switch (scheme) {
            case "env" -> environmentVariable(target);
            case "file" -> file(target, place);
            default -> credential(target);
        };
    }

    private Resolved environmentVariable(String target) {
        int separator = target.indexOf(":-");
        String name = separator < 0 ? target : target.substring(0, separator);
        if (name.isEmpty()) {
            return fault("${env:} names no variable");
        }
        String value = find(name);
        if (separator >= 0 && (value == null || value.isEmpty())) {
            return new Resolved(target.substring(separator + 2), null, null, false);
        }
        return value == null
                ? new Resolved("", name, null, false)
                : new Resolved(value, null, null, false);
    }

    private Resolved credential(String name) {
        String directory = environment.get("CREDENTIALS_DIRECTORY");
        if (directory == null) {
            return fault("${cred:" + name + "}: CREDENTIALS_DIRECTORY is not set");
        }
        if (name.isEmpty() || name.contains("/") || name.equals("..") || name.equals(".")) {
            return fault("${cred:" + name + "} is not the name of a credential");
        }
        return read(Path.of(directory), name, "${cred:" + name + '}');
    }

    private Resolved file(String target, Place place) {
        try {
            return read(place.resolve(target), null, "${file:" + target + '}');
        } catch (InvalidPathException e) {
            return fault("${file:" + target + "} is not a path");
        }
    }

    private Resolved read(Path folder, @Nullable String child, String reference) {
        try {
            Path path = child == null ? folder : folder.resolve(child);
            files.add(path.toAbsolutePath().normalize());
            return read(path, reference);
        } catch (InvalidPathException _) {
            return fault(reference + " cannot be read");
        }
    }

    private static Resolved read(Path path, String reference) {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                return fault(reference + " is larger than 1 MiB");
            }
            String text = new String(bytes, StandardCharsets.UTF_8);
            return new Resolved(text.replaceFirst("\\r?\\n\\z", ""), null, null, true);
        } catch (IOException _) {
            return fault(reference + " cannot be read");
        }
    }

    private static Resolved fault(String reason) {
        return new Resolved("", null, reason, true);
    }
}
