using System.Globalization;
using System.Security.Cryptography;
using RecoveryOS.Core.Backups;
using RecoveryOS.Core.Backups.Catalogues;
using RecoveryOS.Core.Backups.Stores;

namespace RecoveryOS.Cli.Doctors;

/// <summary>Whether the store takes and gives, and whether what it holds can be read and believed.</summary>
internal static class BackupStoreChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("backup-store", BackupChecks.WhereConfigured(StoreAsync)),
        new("backup-catalogue", BackupChecks.WhereConfigured(CatalogueAsync)),
        new("backup-keys", BackupChecks.WhereConfigured(KeysAsync)),
        new("azure-settings", BackupChecks.WhereConfigured(Azure)),
    ];

    /// <summary>Writes, reads and removes a small object, as a backup would.</summary>
    private static async Task<IReadOnlyList<Finding>> StoreAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var vault = examination.Service<BackupVault>();
        var name = $"doctor/{Guid.CreateVersion7()}";
        var content = RandomNumberGenerator.GetBytes(64);
        try
        {
            var stored = await vault.WriteAsync(name, content, cancellationToken);
            await using (var read = await vault.OpenAsync(stored, cancellationToken))
            {
                using var copy = new MemoryStream();
                await read.CopyToAsync(copy, cancellationToken);
                if (!copy.ToArray().AsSpan().SequenceEqual(content))
                    return [Finding.Problem(
                        "backup-store", "It gives back something else than it was given.", "Use another store.")];
            }

            await vault.Store.DeleteAsync(name, cancellationToken);
            return [Finding.Ok("backup-store", $"{vault.Store.Description} takes, gives and removes.")];
        }
        catch (BackupStoreException exception) when (exception.Failure is BackupStoreFailure.Immutable)
        {
            return [Finding.Ok(
                "backup-store", $"{vault.Store.Description} takes and gives; a policy keeps what is there.")];
        }
        catch (BackupStoreException exception)
        {
            return [Finding.Problem("backup-store", exception.Message, Mend(exception.Failure))];
        }
    }

    private static string Mend(BackupStoreFailure failure) => failure switch
    {
        BackupStoreFailure.Refused =>
            "Let the service's user write there; "
            + "in Azure give its identity the role Storage Blob Data Contributor on the container.",
        BackupStoreFailure.Full => "Make room in the store, or keep fewer backups (Backups__Retention__…).",
        BackupStoreFailure.Damaged => "Use another store: this one changes what it was given.",
        _ => "Mount the disk, or let this machine reach the account; or correct Backups__Store__Url.",
    };

    private static async Task<IReadOnlyList<Finding>> CatalogueAsync(
        Examination examination, CancellationToken cancellationToken)
    {
        var options = examination.Options<BackupOptions>().Signing;
        if (options.PublicKeys.TryGetValue(options.KeyId, out var published) && !IsPublicPart(options.Key, published))
        {
            return [Finding.Problem(
                "backup-catalogue", "Backups:Signing:PublicKeys has another key under the id of the one that signs.",
                "Give the new key an id of its own: Backups__Signing__KeyId. An id is never used twice.")];
        }

        return await BackupChecks.OfServersAsync(
            examination, "backup-catalogue", "Whole, and each signature is right.", async server =>
            {
                try
                {
                    await examination.Service<BackupCatalogue>().ReadAsync(server.Name, cancellationToken);
                    return [];
                }
                catch (CatalogueException exception)
                {
                    return [Finding.Problem(
                        "backup-catalogue", exception.Message,
                        exception.Message.Contains("Backups:Signing has no such key", StringComparison.Ordinal)
                            ? "Add the retired key's public part as Backups__Signing__PublicKeys__ID."
                            : "Leave the store as it is and follow docs/operations/incidents/tamper-detected.md.")];
                }
            });
    }

    private static bool IsPublicPart(string privateKey, string publicKey)
    {
        using var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(privateKey), out _);
        return key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(Convert.FromBase64String(publicKey));
    }

    private static Task<IReadOnlyList<Finding>> KeysAsync(Examination examination, CancellationToken cancellationToken)
    {
        var keys = examination.Options<BackupOptions>().Encryption;
        var well = keys.ActiveKeyId is ""
            ? "What is stored is not encrypted here."
            : "All that kept backups name are there.";
        return BackupChecks.OfServersAsync(examination, "backup-keys", well, async server =>
        {
            var kept = await examination.Service<BackupCatalogue>().KeptAsync(server.Name, cancellationToken);
            return kept.SelectMany(KeyIds).Where(id => !keys.Keys.ContainsKey(id)).GroupBy(id => id).Select(missing =>
                Finding.Problem(
                    "backup-keys",
                    string.Create(CultureInfo.InvariantCulture,
                        $"{missing.Count()} backups of {server.Name} are sealed with the key '{missing.Key}', "
                        + $"which is not configured."),
                    $"Set Backups__Encryption__Keys__{missing.Key} from where its copy is kept; "
                    + "without it they cannot be restored."));
        });
    }

    /// <summary>The keys of one backup, each once.</summary>
    private static IEnumerable<string> KeyIds(CatalogueEntry entry) => ((IEnumerable<VaultObject?>)
    [
        entry.Physical?.Base, entry.Physical?.StreamedWal, entry.Physical?.BackupManifest, entry.Physical?.DataManifest,
        entry.Logical?.Globals, .. entry.Logical?.Databases.Select(dump => dump.Dump) ?? [],
    ]).Select(item => item?.KeyId).OfType<string>().Distinct();

    private static Task<IReadOnlyList<Finding>> Azure(Examination examination, CancellationToken cancellationToken)
    {
        var options = examination.Options<BackupOptions>();
        List<Finding> findings = [];
        var isFolder = !Uri.TryCreate(options.Store.Url, UriKind.Absolute, out var url)
            || !url.Scheme.StartsWith("http", StringComparison.Ordinal);
        if (isFolder && options.Store.ConnectionString is not "")
        {
            findings.Add(Finding.Problem(
                "azure-settings", "There is a storage account's connection string, and the store is a folder.",
                "Set Backups__Store__Url to the container's address, or clear Backups__Store__ConnectionString."));
        }

        if (!isFolder && url is { Scheme: "http", IsLoopback: false })
        {
            findings.Add(Finding.Problem(
                "azure-settings",
                "The container's address is not https.",
                "Set Backups__Store__Url to its https:// address."));
        }

        var azure = options.Azure;
        if (azure.SourceServerId is { Length: > 0 } id && !IsFlexibleServer(id))
        {
            findings.Add(Finding.Problem(
                "azure-settings", "Backups:Azure:SourceServerId is no Flexible Server's resource id.",
                "Copy it from the server's properties: /subscriptions/…/resourceGroups/…/providers/"
                + "Microsoft.DBforPostgreSQL/flexibleServers/NAME."));
        }

        if (azure.SourceServerId is { Length: > 0 } && azure.MaximumCost < azure.HourlyCost)
        {
            findings.Add(Finding.Problem(
                "azure-settings", "A restore test in Azure may not even cost an hour of its server.",
                "Set Backups__Azure__MaximumCost to a few times Backups__Azure__HourlyCost."));
        }

        return Task.FromResult<IReadOnlyList<Finding>>(
            findings.Count > 0 ? findings : [Finding.Ok("azure-settings", "They agree with each other.")]);
    }

    private static bool IsFlexibleServer(string id) => id.Split('/', StringSplitOptions.RemoveEmptyEntries) is
        [var subscriptions, _, var groups, _, var providers, var provider, var kind, _]
        && subscriptions.Equals("subscriptions", StringComparison.OrdinalIgnoreCase)
        && groups.Equals("resourceGroups", StringComparison.OrdinalIgnoreCase)
        && providers.Equals("providers", StringComparison.OrdinalIgnoreCase)
        && provider.Equals("Microsoft.DBforPostgreSQL", StringComparison.OrdinalIgnoreCase)
        && kind.Equals("flexibleServers", StringComparison.OrdinalIgnoreCase);
}
