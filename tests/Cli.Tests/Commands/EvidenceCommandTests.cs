using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RecoveryOS.Cli.Commands;

namespace RecoveryOS.Cli.Tests.Commands;

public sealed class EvidenceCommandTests : IDisposable
{
    private const string Content = """
        {"test_id":"0193719e-6f80-7b31-a1c4-52f0c1b3e9d2","server":"clinic","method":"physical","verdict":"passed",
        "reasons":[],"started_at":"2026-11-28T04:00:00Z","finished_at":"2026-11-28T04:02:00Z","requested_by":"schedule",
        "phases":[],"checks":[],"rpo":{"target_seconds":300},"rto":{"target_seconds":3600},"tester_version":"1",
        "machine":"m","teardown":"gone"}
        """;

    private readonly TemporaryFolder folder = new();
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private string EvidenceFile => Path.Combine(folder.Path, "evidence.json");

    private string KeyFile => Path.Combine(folder.Path, "key.pem");

    [Fact]
    public async Task An_auditor_verifies_a_file_with_nothing_but_the_public_key()
    {
        await WriteAsync(Content, key);

        Assert.Equal(0, await RunAsync("verify", "--file", EvidenceFile, "--public-key", KeyFile));
    }

    [Fact]
    public async Task A_changed_file_is_not_valid()
    {
        await WriteAsync(Content, key);
        var text = await File.ReadAllTextAsync(EvidenceFile, TestContext.Current.CancellationToken);
        var changed = Convert.ToBase64String(
            Encoding.UTF8.GetBytes(Content.Replace("passed", "failed", StringComparison.Ordinal)));
        var digest = Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(changed)));
        using var document = JsonDocument.Parse(text);
        await File.WriteAllTextAsync(
            EvidenceFile,
            text.Replace(
                document.RootElement.GetProperty("content").GetString() ?? "", changed, StringComparison.Ordinal)
                .Replace(
                    document.RootElement.GetProperty("sha256").GetString() ?? "", digest, StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        Assert.Equal(1, await RunAsync("verify", "--file", EvidenceFile, "--public-key", KeyFile, "--json"));
    }

    [Fact]
    public async Task Another_key_does_not_verify_it()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await WriteAsync(Content, other);

        Assert.Equal(1, await RunAsync("verify", "--file", EvidenceFile, "--public-key", KeyFile));
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("verify", "0193719e-6f80-7b31-a1c4-52f0c1b3e9d2", "--file", "evidence.json")]
    [InlineData("verify", "0193719e-6f80-7b31-a1c4-52f0c1b3e9d2", "--public-key", "key.pem")]
    [InlineData("report")]
    [InlineData("evidence", "0193719e-6f80-7b31-a1c4-52f0c1b3e9d2")]
    public void What_is_to_be_verified_is_named_once(params string[] arguments) =>
        Assert.NotEmpty(Command().Parse(arguments).Errors);

    public void Dispose()
    {
        key.Dispose();
        folder.Dispose();
    }

    private static Command Command()
    {
        var command = new Command("restore-test") { DataOption.Instance };
        foreach (var one in EvidenceCommands.Create())
            command.Add(one);
        return command;
    }

    private static Task<int> RunAsync(params string[] arguments) =>
        Command().Parse(arguments).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

    private async Task WriteAsync(string content, ECDsa signer)
    {
        var bytes = Encoding.UTF8.GetBytes(content);
        var signature = signer.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        await File.WriteAllTextAsync(
            EvidenceFile,
            $$"""
            {"format": "recoveryos-evidence-1", "algorithm": "ecdsa-p256-sha256", "key_id": "autumn",
             "sha256": "{{Convert.ToHexStringLower(SHA256.HashData(bytes))}}",
             "content": "{{Convert.ToBase64String(bytes)}}",
             "signature": "{{Convert.ToBase64String(signature)}}"}
            """,
            TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            KeyFile, PemEncoding.WriteString("PUBLIC KEY", key.ExportSubjectPublicKeyInfo()),
            TestContext.Current.CancellationToken);
    }
}
