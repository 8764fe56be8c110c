using System.Text;
using System.Text.Json;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Drills.Reports;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Core.Backups.Drills.Evidence;

/// <summary>Signs what a restore test saw, and lays it in the store beside a report for people.</summary>
public sealed class EvidenceWriter(BackupVault vault, CatalogueSigner signer)
{
    /// <summary>
    /// Writes <c>evidence.json</c>, which counts, and then <c>report.html</c>, which can be made again from it. Neither
    /// is ever replaced.
    /// </summary>
    /// <param name="evidence">Whose every text may be shown to an auditor.</param>
    /// <param name="history">Earlier tests of the server by the same method.</param>
    /// <param name="cancellationToken">Leaves evidence without a report, or neither.</param>
    /// <exception cref="BackupStoreException">The store failed, or there is evidence of this test.</exception>
    public async Task<WrittenEvidence> WriteAsync(
        DrillEvidence evidence, IReadOnlyList<DrillSummary> history, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var signed = Sign(evidence, signer);
        var folder = StoreLayout.Test(evidence.Server, evidence.TestId);
        var file = await vault.WriteAsync($"{folder}{EvidenceReader.FileName}", Serialize(signed), cancellationToken);
        var report = await vault.WriteAsync(
            $"{folder}report.html", Encoding.UTF8.GetBytes(DrillReport.Render(signed, history)), cancellationToken);

        return new WrittenEvidence(file, report, signed.Sha256);
    }

    internal static SignedEvidence Sign(DrillEvidence evidence, CatalogueSigner signer)
    {
        var content = JsonSerializer.SerializeToUtf8Bytes(evidence, BackupJson.Default.DrillEvidence);
        return new SignedEvidence(
            SignedEvidence.CurrentFormat,
            SignedEvidence.CurrentAlgorithm,
            signer.KeyId,
            SignedEvidence.Digest(content),
            content,
            DerSignature.FromFixed(signer.Sign(content)));
    }

    internal static byte[] Serialize(SignedEvidence signed) =>
        JsonSerializer.SerializeToUtf8Bytes(signed, BackupJson.Default.SignedEvidence);
}

/// <summary>Where a test's evidence lies.</summary>
/// <param name="Sha256">Of the signed content, in lower-case hex: what the catalogue remembers.</param>
public sealed record WrittenEvidence(VaultObject Evidence, VaultObject Report, string Sha256);
