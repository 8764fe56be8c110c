namespace RecoveryOS.Core.Backups.Restores.Unpacking;

/// <summary>How a tar file is packed.</summary>
internal enum Packing
{
    None,
    Gzip,
    Zstd,
}

internal static class Packings
{
    /// <summary>
    /// By the name's end: pg_basebackup packs the WAL's tar with gzip only, whatever the others are packed with.
    /// </summary>
    /// <exception cref="BackupException"><c>unpack_failed</c>: it ends in nothing that is known here.</exception>
    public static Packing Of(string name) => Path.GetExtension(name) switch
    {
        ".zst" => Packing.Zstd,
        ".gz" => Packing.Gzip,
        ".tar" => Packing.None,
        var unknown => throw new BackupException(
            "unpack_failed", $"{name} is packed in a way that is unknown here: '{unknown}'."),
    };
}
