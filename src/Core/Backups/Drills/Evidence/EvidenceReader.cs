using System.Security.Cryptography;
using System.Text.Json;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Drills.Evidence;

/// <summary>
/// Reads and verifies evidence; it needs the store or a file, and neither a database nor a network besides.
/// </summary>
public sealed class EvidenceReader(BackupVault vault, CatalogueSigner signer)
{
    public const string FileName = "evidence.json";

    /// <summary>The test's evidence in the store.</summary>
    public async Task<EvidenceVerification> VerifyAsync(string server, Guid test, CancellationToken cancellationToken)
    {
        var name = $"{StoreLayout.Test(server, test)}{FileName}";
        try
        {
            await using var stream = await vault.OpenAsync(name, mayBePlain: true, cancellationToken);
            using var content = new MemoryStream();
            await stream.CopyToAsync(content, cancellationToken);
            var verification = Verify(content.ToArray());
            return verification is EvidenceVerification.Valid { Evidence: var evidence }
                && (evidence.TestId != test || evidence.Server != server)
                    ? new EvidenceVerification.Invalid(
                        $"{name} holds the evidence of test {evidence.TestId} of {evidence.Server}, "
                        + "which was moved here.")
                    : verification;
        }
        catch (BackupStoreException exception) when (exception.Failure is BackupStoreFailure.Damaged)
        {
            return new EvidenceVerification.Invalid(exception.Message);
        }
        catch (BackupStoreException exception)
        {
            return new EvidenceVerification.Unread(exception.Message);
        }
    }

    /// <param name="file">The whole of an <c>evidence.json</c>.</param>
    public EvidenceVerification Verify(ReadOnlySpan<byte> file) => Verify(file, signed => signed switch
    {
        _ when !signer.Knows(signed.KeyId) =>
            $"It is signed with the key '{signed.KeyId}', which Backups:Signing doesn't have.",
        _ when !IsOurs(signed) => Broken(signed),
        _ => null,
    });

    /// <param name="file">The whole of an <c>evidence.json</c>.</param>
    /// <param name="key">The public key that it must be signed with, whatever it is called there.</param>
    public static EvidenceVerification Verify(ReadOnlySpan<byte> file, ECDsa key) => Verify(
        file,
        signed => key.VerifyData(
            signed.Content, signed.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ? null
            : Broken(signed));

    private static EvidenceVerification Verify(ReadOnlySpan<byte> file, Func<SignedEvidence, string?> signatureFault)
    {
        try
        {
            if (JsonSerializer.Deserialize(file, BackupJson.Default.SignedEvidence) is not { } signed)
                return new EvidenceVerification.Invalid("The file is empty.");

            return (Fault(signed) ?? signatureFault(signed)) is { } fault
                ? new EvidenceVerification.Invalid(fault)
                : new EvidenceVerification.Valid(signed, signed.Read());
        }
        catch (JsonException exception)
        {
            return new EvidenceVerification.Invalid($"This is not evidence: {exception.Message}");
        }
    }

    private static string? Fault(SignedEvidence signed) => signed switch
    {
        { Content: null } or { Signature: null } or { KeyId: null } => "This is not evidence: a part of it is missing.",
        { Format: not SignedEvidence.CurrentFormat } => $"The format '{signed.Format}' is not known here.",
        { Algorithm: not SignedEvidence.CurrentAlgorithm } => $"The algorithm '{signed.Algorithm}' is not known here.",
        _ when signed.Sha256 != SignedEvidence.Digest(signed.Content) =>
            "The content is not what the SHA-256 was taken of.",
        _ => null,
    };

    private static string Broken(SignedEvidence signed) =>
        $"The signature by key '{signed.KeyId}' does not hold: the content was changed, or the key is another one.";

    private bool IsOurs(SignedEvidence signed) => DerSignature.ToFixed(signed.Signature) is { } signature
        && signer.Verify(signed.KeyId, signed.Content, signature);
}
