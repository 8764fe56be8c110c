using System.Text.Json;

namespace RecoveryOS.Core.Backups.Catalogues;

/// <summary>An entry's JSON, as the store has it.</summary>
public static class CatalogueJson
{
    public static string Write(CatalogueEntry entry) =>
        JsonSerializer.Serialize(entry, BackupJson.Default.CatalogueEntry);
}
