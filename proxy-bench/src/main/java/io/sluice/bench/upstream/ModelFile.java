package io.sluice.bench.upstream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A file of models and their knobs: each line a name and what is turned for it. Empty lines and
 * those that begin with {@code #} say nothing.
 */
final class ModelFile {

    /** The name that stands for every call. */
    static final String EVERY = "*";

    private ModelFile() {}

    /**
     * The models in {@code file}, in its order.
     *
     * @throws IllegalArgumentException if it cannot be read or a knob is wrong
     */
    static Map<String, Knobs> read(Path file) {
        Map<String, Knobs> models = new LinkedHashMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String said = line.strip();
                if (!said.isEmpty() && !said.startsWith("#")) {
                    int blank = said.indexOf(' ');
                    String name = blank < 0 ? said : said.substring(0, blank);
                    models.put(name, Knobs.parse(said.substring(name.length())));
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file, e);
        }
        return models;
    }
}
