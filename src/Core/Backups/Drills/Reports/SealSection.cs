using RecoveryOS.Core.Backups.Drills.Evidence;

namespace RecoveryOS.Core.Backups.Drills.Reports;

/// <summary>The digest and the signature of what the report was made from, and how to check them.</summary>
internal static class SealSection
{
    public static Markup Of(SignedEvidence evidence, DrillEvidence test) => Markup.Of($"""
        <section class="seal" aria-labelledby="seal">
        <h2 id="seal">Evidence and how to verify it</h2>
        <dl>
        <dt>SHA-256</dt><dd><code>{evidence.Sha256}</code></dd>
        <dt>Signature</dt><dd><code>{Convert.ToBase64String(evidence.Signature)}</code></dd>
        </dl>
        <p class="note">{Origin(evidence)}. To verify it:</p>
        <pre>recoveryos restore-test verify {test.TestId.ToString()}
        jq -r .content evidence.json | base64 -d &gt; content
        jq -r .signature evidence.json | base64 -d &gt; signature
        openssl dgst -sha256 -verify KEY.pem -signature signature content</pre>
        </section>
        """);

    private static Markup Origin(SignedEvidence evidence) => Markup.Of(
        $"Made from <code>evidence.json</code>, signed with key <code>{evidence.KeyId}</code> (ECDSA P-256)");
}
