using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RecoveryOS.Cli.Backups;
using RecoveryOS.Cli.LocalRuns;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Cli.Commands;

/// <summary>Works offline: with a copy of the store and the public keys.</summary>
internal static class VerifyChainCommand
{
    public static ExampleCommand Create()
    {
        var server = new Option<string?>("--server")
        {
            Description = "A server's name [default: all that have a catalogue in the store]",
            HelpName = "NAME",
        };
        var store = new Option<string?>("--store")
        {
            Description = "A folder or a container's address [default: Backups:Store:Url, with Backups:Signing's keys]",
            HelpName = "URL",
        };
        var keys = new Option<string[]>("--public-key")
        {
            Description = "A public key as PEM or base64, by its id; "
                + "without one the file's name is its id. May be repeated",
            HelpName = "[ID=]FILE",
        };
        var head = new Option<string?>("--head")
        {
            Description = "A newest entry that was written down earlier: a chain that was cut off before it is noticed",
            HelpName = "SEQUENCE:HASH",
        };
        head.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !CatalogueHead.TryParse(text, out _))
                result.AddError("--head is SEQUENCE:HASH, as this command prints it.");
        });
        var json = new Option<bool>("--json") { Description = "Print JSON" };
        var command = new ExampleCommand(
            "verify-chain",
            "Verify that no entry of the catalogue was changed, dropped, moved or added, "
            + "with the store and public keys alone. "
            + "Exit code 0: it is whole, 1: it is broken or could not be read.",
            "./recoveryos backups verify-chain",
            "./recoveryos backups verify-chain --store /mnt/backups --public-key 2026=signing.pub.pem "
            + "--server recoveryos --head 12:e3b0…")
        {
            server, store, keys, head, json,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var known = parsed.GetValue(head) is { } text && CatalogueHead.TryParse(text, out var read) ? read : null;
            if (known is not null && parsed.GetValue(server) is null)
                throw new CliException("--head is of one server: give --server too.");

            await using var services = parsed.GetValue(store) is null
                ? BackupCommandServices.Of(parsed.LocalRun())
                : null;
            var verification = services is not null
                ? new ChainVerification(
                    services.GetRequiredService<IBackupStore>(),
                    Signer(services.Options.Signing, parsed.GetValue(keys)))
                : new ChainVerification(
                    StoreServices.Open(
                        new BackupStoreOptions
                        {
                            Url = parsed.GetValue(store) ?? "",
                            ConnectionString = Environment.GetEnvironmentVariable("Backups__Store__ConnectionString")
                                ?? "",
                        },
                        TimeProvider.System),
                    Signer(new BackupSigningOptions(), parsed.GetValue(keys)));
            IReadOnlyList<string> names = parsed.GetValue(server) is { } name ? [name]
                : await verification.ServersAsync(cancellationToken);
            return await VerifyAsync(verification, names, known, parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static async Task<int> VerifyAsync(
        ChainVerification verification, IReadOnlyList<string> servers, CatalogueHead? known, bool json,
        CancellationToken cancellationToken)
    {
        if (servers.Count == 0)
            throw new CliException("There is no catalogue in the store.");

        List<ChainVerdict> verdicts = [];
        foreach (var server in servers)
        {
            try
            {
                var head = await verification.RunAsync(server, known, cancellationToken);
                verdicts.Add(head.Sequence > 0
                    ? new(server, true, head.Sequence, head.ToString(), null)
                    : new(server, false, 0, null, $"There is no catalogue of {server} in the store."));
            }
            catch (CatalogueException exception)
            {
                verdicts.Add(new(server, false, exception.Sequence, null, exception.Message));
            }
        }

        await Console.Out.WriteLineAsync(json
            ? JsonSerializer.Serialize(new ChainReport(verdicts), CliJson.Default.ChainReport)
            : string.Join('\n', verdicts.Select(verdict => verdict.IsWhole
                ? $"whole   {verdict.Server}  {verdict.Sequence} entries  --head {verdict.Head}"
                : $"broken  {verdict.Server}  {verdict.Reason}")));
        return verdicts.All(verdict => verdict.IsWhole) ? 0 : 1;
    }

    private static CatalogueSigner Signer(BackupSigningOptions configured, string[]? files)
    {
        foreach (var text in files ?? [])
        {
            var (id, file) = text.Split('=', 2) is [var named, var path]
                ? (named, path)
                : (Path.GetFileName(text).Split('.')[0], text);
            configured.PublicKeys[id] = ReadKey(file);
        }

        return new CatalogueSigner(Options.Create(new BackupOptions { Signing = configured }));
    }

    private static string ReadKey(string file)
    {
        var text = File.ReadAllText(file);
        using var key = ECDsa.Create();
        try
        {
            if (text.Contains("-----BEGIN PUBLIC KEY", StringComparison.Ordinal))
                key.ImportFromPem(text);
            else
                key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(text.Trim()), out _);
            return Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
        }
        catch (Exception exception) when (exception is CryptographicException or FormatException or ArgumentException)
        {
            throw new CliException(
                $"{file} is no public key: PEM, or base64 of SubjectPublicKeyInfo, of an ECDSA P-256 key.");
        }
    }
}

/// <param name="Sequence">The newest entry; of a broken chain the one at which it breaks.</param>
/// <param name="Head">What to write down for <c>--head</c>.</param>
internal sealed record ChainVerdict(string Server, bool IsWhole, long Sequence, string? Head, string? Reason);

/// <summary>What <c>backups verify-chain --json</c> prints.</summary>
internal sealed record ChainReport(IReadOnlyList<ChainVerdict> Chains);
