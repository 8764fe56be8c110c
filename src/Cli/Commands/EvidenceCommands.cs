using System.CommandLine;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RecoveryOS.Cli.Backups;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Backups.Drills.Evidence;
using RecoveryOS.Core.Backups.Drills.Reports;
using RecoveryOS.Core.Backups.Servers;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Cli.Commands;

/// <summary>What can be asked about the evidence of a restore test.</summary>
internal static class EvidenceCommands
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public static IEnumerable<Command> Create() => [Report(), Evidence(), Verify()];

    private static ExampleCommand Report()
    {
        var test = TestArgument(ArgumentArity.ExactlyOne);
        var server = ServerOption();
        var output = new Option<string?>("--output")
        {
            Description = "Where to [default: standard output]",
            HelpName = "FILE",
        };
        var command = new ExampleCommand(
            "report",
            "Write a restore test's report as one page of HTML, from its signed evidence.",
            "./recoveryos restore-test report 0193719e-6f80-7b31-a1c4-52f0c1b3e9d2 --output report.html")
        {
            test, server, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = BackupCommandServices.Of(parsed.LocalRun());
            var read = await FindAsync(
                services, parsed.GetValue(server), parsed.GetRequiredValue(test), cancellationToken);
            if (read is not EvidenceVerification.Valid valid)
                return await PrintAsync(read, json: false);

            var history = await services.GetRequiredService<EvidenceHistory>().ReadAsync(
                valid.Evidence, (id, reason) => Console.Error.WriteLine($"Left out: test {id}: {reason}"),
                cancellationToken);
            var html = DrillReport.Render(valid.File, history);
            if (parsed.GetValue(output) is { } file)
                await File.WriteAllTextAsync(file, html, Utf8, cancellationToken);
            else
                await Console.Out.WriteAsync(html);
            return 0;
        });

        return command;
    }

    /// <summary>The store may seal it, and an auditor has no key to what is sealed.</summary>
    private static ExampleCommand Evidence()
    {
        var test = TestArgument(ArgumentArity.ExactlyOne);
        var server = ServerOption();
        var output = new Option<string>("--output") { Description = "Where to", HelpName = "FILE", Required = true };
        var command = new ExampleCommand(
            "evidence",
            "Write a restore test's signed evidence to a file, which an auditor verifies with the public key alone.",
            "./recoveryos restore-test evidence 0193719e-6f80-7b31-a1c4-52f0c1b3e9d2 --output evidence.json")
        {
            test, server, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var services = BackupCommandServices.Of(parsed.LocalRun());
            var read = await FindAsync(
                services, parsed.GetValue(server), parsed.GetRequiredValue(test), cancellationToken);
            if (read is not EvidenceVerification.Valid { Evidence: var evidence })
                return await PrintAsync(read, json: false);

            var name = $"{StoreLayout.Test(evidence.Server, evidence.TestId)}{EvidenceReader.FileName}";
            await using var content = await services.GetRequiredService<BackupVault>()
                .OpenAsync(name, cancellationToken);
            await using var file = File.Create(parsed.GetRequiredValue(output));
            await content.CopyToAsync(file, cancellationToken);
            return 0;
        });

        return command;
    }

    private static ExampleCommand Verify()
    {
        var test = TestArgument(ArgumentArity.ZeroOrOne);
        var server = ServerOption();
        var file = new Option<string?>("--file")
        {
            Description = "An evidence.json instead of the store's",
            HelpName = "FILE",
        };
        var key = new Option<string?>("--public-key")
        {
            Description = "With --file: verify with this key (PEM) alone; no settings are needed then",
            HelpName = "FILE",
        };
        var json = new Option<bool>("--json") { Description = "Print the result as JSON" };
        var command = new ExampleCommand(
            "verify",
            "Verify the signature of a restore test's evidence. "
            + "Exit code 0: it is what was signed, 1: it is not, 2: it could not be read.",
            "./recoveryos restore-test verify 0193719e-6f80-7b31-a1c4-52f0c1b3e9d2",
            "./recoveryos restore-test verify --file evidence.json --public-key backups-2026.pem")
        {
            test, server, file, key, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(test) is null or { Tokens.Count: 0 } == result.GetResult(file) is null)
                result.AddError("Name either the test or, with --file, its evidence.");
            if (result.GetResult(key) is not null && result.GetResult(file) is null)
                result.AddError("--public-key goes with --file.");
        });
        command.SetAction(async (parsed, cancellationToken) => await PrintAsync(
            parsed.GetValue(file) is { } path
                ? await VerifyFileAsync(parsed.LocalRun(), path, parsed.GetValue(key), cancellationToken)
                : await VerifyStoredAsync(
                    parsed.LocalRun(), parsed.GetValue(server), parsed.GetValue(test), cancellationToken),
            parsed.GetValue(json)));

        return command;
    }

    private static Argument<Guid> TestArgument(ArgumentArity arity) =>
        new("ID") { Description = "The test's id", Arity = arity };

    private static Option<string?> ServerOption() => new("--server")
    {
        Description = "The server that was tested [default: whichever has this test]",
        HelpName = "NAME",
    };

    private static async Task<EvidenceVerification> VerifyStoredAsync(
        LocalRun run, string? server, Guid test, CancellationToken cancellationToken)
    {
        await using var services = BackupCommandServices.Of(run);
        return await FindAsync(services, server, test, cancellationToken);
    }

    private static async Task<EvidenceVerification> VerifyFileAsync(
        LocalRun run, string path, string? keyFile, CancellationToken cancellationToken)
    {
        var content = await File.ReadAllBytesAsync(path, cancellationToken);
        if (keyFile is not null)
        {
            using var key = PublicKeyFile.Read(keyFile);
            return EvidenceReader.Verify(content, key);
        }

        await using var services = BackupCommandServices.Of(run);
        return services.GetRequiredService<EvidenceReader>().Verify(content);
    }

    private static async Task<EvidenceVerification> FindAsync(
        BackupCommandServices services, string? server, Guid test, CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<BackupVault>().Store;
        string[] servers = server is null
            ? [.. services.GetRequiredService<BackupTargets>().All.Select(target => target.Name)]
            : [server];
        foreach (var name in servers)
        {
            if (await store.FindAsync(
                $"{StoreLayout.Test(name, test)}{EvidenceReader.FileName}", cancellationToken) is not null)
            {
                return await services.GetRequiredService<EvidenceReader>().VerifyAsync(name, test, cancellationToken);
            }
        }

        return new EvidenceVerification.Unread(
            $"{store.Description} has no evidence of test {test} of {string.Join(" or ", servers)}.");
    }

    private static async Task<int> PrintAsync(EvidenceVerification verification, bool json)
    {
        var (code, text, found) = verification switch
        {
            EvidenceVerification.Valid { File: var file, Evidence: var test } => (
                0,
                $"Valid: test {test.TestId} of {test.Server}, {test.Verdict.ToString().ToLowerInvariant()}, "
                + $"signed with {file.KeyId}, SHA-256 {file.Sha256}",
                new EvidenceVerdict(
                    "valid", null, test.TestId, test.Server, test.Verdict.ToString().ToLowerInvariant(), file.Sha256,
                    file.KeyId)),
            EvidenceVerification.Invalid { Reason: var reason } =>
                (1, $"Not valid: {reason}", Refusal("invalid", reason)),
            EvidenceVerification.Unread { Reason: var reason } =>
                (2, $"Could not look: {reason}", Refusal("unread", reason)),
            _ => throw new InvalidOperationException($"{verification} is not known here."),
        };
        if (json)
            await Console.Out.WriteLineAsync(JsonSerializer.Serialize(found, CliJson.Default.EvidenceVerdict));
        else
            await (code == 0 ? Console.Out : Console.Error).WriteLineAsync(text);
        return code;
    }

    private static EvidenceVerdict Refusal(string result, string reason) =>
        new(result, reason, null, null, null, null, null);
}
