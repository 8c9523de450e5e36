/** What the tests of all SDKs share: the command in processes of its own. */
@NullMarked
package io.sluice.bench.sdk;

import org.jspecify.annotations.NullMarked;
