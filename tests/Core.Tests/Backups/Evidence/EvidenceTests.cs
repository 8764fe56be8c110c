using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Drills;
using RecoveryOS.Core.Backups.Drills.Evidence;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Tests.Backups.Stores;

namespace RecoveryOS.Core.Tests.Backups.Evidence;

public sealed class EvidenceTests : IDisposable
{
    private readonly StoreFolder folder = new();
    private readonly BackupOptions settings = BackupSettings.Create(sealing: false).Value;

    private static DrillEvidence Test => SampleEvidence.Failed;

    private string EvidenceFile => folder.FileOf($"{StoreLayout.Test(Test.Server, Test.TestId)}evidence.json");

    private EvidenceReader Reader => new(new(folder.Store, Options.Create(settings)), new(Options.Create(settings)));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_written_is_verified_and_comes_back_whole(bool sealing)
    {
        var options = BackupSettings.Create(sealing);
        var vault = new BackupVault(folder.Store, options);

        var written = await new EvidenceWriter(vault, new(options)).WriteAsync(
            Test, [], TestContext.Current.CancellationToken);

        var valid = Assert.IsType<EvidenceVerification.Valid>(await new EvidenceReader(vault, new(options))
            .VerifyAsync(Test.Server, Test.TestId, TestContext.Current.CancellationToken));
        Assert.Equal(Json(Test), Json(valid.Evidence));
        Assert.Equal(written.Sha256, valid.File.Sha256);
        Assert.Equal(written.Sha256, Convert.ToHexStringLower(SHA256.HashData(valid.File.Content)));
        await using var report = await vault.OpenAsync(written.Report, TestContext.Current.CancellationToken);
        using var text = new StreamReader(report);
        Assert.Contains(
            written.Sha256, await text.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_verdict_is_noticed()
    {
        await WriteAsync();

        Rewrite(signed => signed with
        {
            Content = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(signed.Content)
                .Replace("\"verdict\":\"failed\"", "\"verdict\":\"passed\"", StringComparison.Ordinal)),
        });

        await AssertInvalidAsync("not what the SHA-256 was taken of");
    }

    [Fact]
    public async Task A_changed_verdict_with_a_new_digest_is_noticed()
    {
        await WriteAsync();

        Rewrite(signed =>
        {
            var content = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(signed.Content)
                .Replace("\"verdict\":\"failed\"", "\"verdict\":\"passed\"", StringComparison.Ordinal));
            return signed with { Content = content, Sha256 = Convert.ToHexStringLower(SHA256.HashData(content)) };
        });

        await AssertInvalidAsync("does not hold");
    }

    [Fact]
    public async Task Evidence_by_another_key_of_the_same_name_is_noticed()
    {
        var other = Options.Create(new BackupOptions { Signing = BackupSettings.Signing(settings.Signing.KeyId) });
        await new EvidenceWriter(new(folder.Store, other), new(other)).WriteAsync(
            Test, [], TestContext.Current.CancellationToken);

        await AssertInvalidAsync("does not hold");
    }

    [Fact]
    public async Task Evidence_by_an_unknown_key_is_noticed()
    {
        var other = Options.Create(new BackupOptions { Signing = BackupSettings.Signing("stranger") });
        await new EvidenceWriter(new(folder.Store, other), new(other)).WriteAsync(
            Test, [], TestContext.Current.CancellationToken);

        await AssertInvalidAsync("'stranger', which Backups:Signing doesn't have");
    }

    [Fact]
    public async Task Evidence_of_another_test_in_its_place_is_noticed()
    {
        await WriteAsync();
        var elsewhere = Guid.CreateVersion7();
        Directory.CreateDirectory(folder.FileOf(StoreLayout.Test(Test.Server, elsewhere)));
        File.Copy(EvidenceFile, folder.FileOf($"{StoreLayout.Test(Test.Server, elsewhere)}evidence.json"));

        var invalid = Assert.IsType<EvidenceVerification.Invalid>(
            await Reader.VerifyAsync(Test.Server, elsewhere, TestContext.Current.CancellationToken));
        Assert.Contains("was moved here", invalid.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("not json")]
    [InlineData("")]
    public void What_is_no_evidence_is_invalid(string file) =>
        Assert.IsType<EvidenceVerification.Invalid>(Reader.Verify(Encoding.UTF8.GetBytes(file)));

    [Fact]
    public async Task Evidence_that_cannot_be_read_is_neither_valid_nor_invalid() =>
        Assert.IsType<EvidenceVerification.Unread>(
            await Reader.VerifyAsync(Test.Server, Guid.CreateVersion7(), TestContext.Current.CancellationToken));

    [Fact]
    public async Task Evidence_is_never_replaced()
    {
        await WriteAsync();

        var refused = await Assert.ThrowsAsync<BackupStoreException>(WriteAsync);

        Assert.Equal(BackupStoreFailure.Exists, refused.Failure);
    }

    /// <summary>As the report tells auditors to do it.</summary>
    [Fact]
    public async Task OpenSSL_verifies_the_signature()
    {
        for (var time = 0; time < 8; time++)
        {
            var signed = EvidenceWriter.Sign(Test, new(Options.Create(settings)));
            await File.WriteAllBytesAsync(
                folder.FileOf("content"), signed.Content, TestContext.Current.CancellationToken);
            await File.WriteAllBytesAsync(
                folder.FileOf("signature"), signed.Signature, TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(
                folder.FileOf("KEY.pem"),
                PemEncoding.WriteString(
                    "PUBLIC KEY", Convert.FromBase64String(settings.Signing.PublicKeys[settings.Signing.KeyId])),
                TestContext.Current.CancellationToken);

            Assert.Equal("Verified OK", await OpenSslAsync());
            await File.AppendAllTextAsync(folder.FileOf("content"), " ", TestContext.Current.CancellationToken);
            Assert.NotEqual("Verified OK", await OpenSslAsync());
        }
    }

    public void Dispose() => folder.Dispose();

    private async Task<string> OpenSslAsync()
    {
        var start = new ProcessStartInfo(
            "openssl", ["dgst", "-sha256", "-verify", "KEY.pem", "-signature", "signature", "content"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("openssl did not start.");
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.Trim();
    }

    private async Task WriteAsync() => await new EvidenceWriter(
        new(folder.Store, Options.Create(settings)), new(Options.Create(settings)))
        .WriteAsync(Test, [], TestContext.Current.CancellationToken);

    private void Rewrite(Func<SignedEvidence, SignedEvidence> change)
    {
        var signed = JsonSerializer.Deserialize(File.ReadAllBytes(EvidenceFile), BackupJson.Default.SignedEvidence);
        Assert.NotNull(signed);
        File.WriteAllBytes(
            EvidenceFile, JsonSerializer.SerializeToUtf8Bytes(change(signed), BackupJson.Default.SignedEvidence));
    }

    private async Task AssertInvalidAsync(string reason)
    {
        var invalid = Assert.IsType<EvidenceVerification.Invalid>(
            await Reader.VerifyAsync(Test.Server, Test.TestId, TestContext.Current.CancellationToken));
        Assert.Contains(reason, invalid.Reason, StringComparison.Ordinal);
    }

    private static string Json(DrillEvidence evidence) =>
        JsonSerializer.Serialize(evidence, BackupJson.Default.DrillEvidence);
}
