using System.Security.Cryptography;
using System.Text.Json;

namespace RecoveryOS.Core.Backups.Drills.Evidence;

/// <summary>
/// The content of <c>evidence.json</c>: the very bytes that were signed, so that nobody has to write JSON the same way
/// to check them.
/// </summary>
/// <param name="Format">Always <see cref="CurrentFormat"/>.</param>
/// <param name="Algorithm">Always <see cref="CurrentAlgorithm"/>.</param>
/// <param name="KeyId">Whose key it is, among <c>Backups:Signing</c>.</param>
/// <param name="Sha256">Of <paramref name="Content"/>, in lower-case hex.</param>
/// <param name="Content">The <see cref="DrillEvidence"/> as JSON, in UTF-8; base64 in the file.</param>
/// <param name="Signature">Of <paramref name="Content"/>; ASN.1 DER, which OpenSSL reads; base64 in the file.</param>
public sealed record SignedEvidence(
    string Format, string Algorithm, string KeyId, string Sha256, byte[] Content, byte[] Signature)
{
    public const string CurrentFormat = "recoveryos-evidence-1";

    public const string CurrentAlgorithm = "ecdsa-p256-sha256";

    /// <exception cref="JsonException">The content is not evidence.</exception>
    public DrillEvidence Read() => JsonSerializer.Deserialize(Content, BackupJson.Default.DrillEvidence)
        ?? throw new JsonException("The evidence is empty.");

    internal static string Digest(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));
}
