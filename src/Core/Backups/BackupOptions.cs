using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace RecoveryOS.Core.Backups;

/// <summary>Section <c>Backups</c>: what is backed up, where to, and how it is proved.</summary>
public sealed class BackupOptions
{
    public const string Section = "Backups";

    /// <summary>
    /// The servers that are backed up. None, while a store is set: the service's own database, as <c>recoveryos</c>.
    /// </summary>
    public List<BackupTarget> Targets { get; init; } = [];

    public BackupStoreOptions Store { get; init; } = new();

    /// <summary>
    /// Where backups are staged, WAL is received and restores are tried: a folder with room for them.
    /// </summary>
    public string Folder { get; init; } = "";

    /// <summary>
    /// How base backups are packed: <c>zstd</c> where both sides have it, else gzip; or <c>gzip</c>, <c>none</c>.
    /// </summary>
    [AllowedValues("zstd", "gzip", "none", ErrorMessage = "Backups:Compression must be zstd, gzip or none")]
    public string Compression { get; init; } = "zstd";

    /// <summary>
    /// How many of the server's processors pack a base backup with zstd; 0: the process that reads packs too.
    /// </summary>
    [Range(0, 64, ErrorMessage = "Backups:CompressionWorkers must be 0 to 64")]
    public int CompressionWorkers { get; init; } = 2;

    public BackupEncryptionOptions Encryption { get; init; } = new();

    public BackupSigningOptions Signing { get; init; } = new();

    [ValidateObjectMembers]
    public RetentionOptions Retention { get; init; } = new();

    [ValidateObjectMembers]
    public ManifestOptions Manifest { get; init; } = new();

    [ValidateObjectMembers]
    public DrillOptions Drill { get; init; } = new();

    [ValidateObjectMembers]
    public AzureRestoreOptions Azure { get; init; } = new();

    /// <summary>Whether there is anything to do: a store is named.</summary>
    public bool IsConfigured => Store.Url is { Length: > 0 };
}

/// <summary>A PostgreSQL server, 15 or newer, that is backed up.</summary>
public sealed class BackupTarget
{
    /// <summary>
    /// What it is called in the catalogue: 1-64 of lower-case letters, digits and hyphens. Never changed later.
    /// </summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// A <c>postgres://</c> URL or key=value string, of a superuser or of a role that may replicate and read
    /// everything. Its database keeps the heartbeats and the canaries.
    /// </summary>
    public string Url { get; init; } = "";

    /// <summary>The databases that are dumped; empty: all that accept connections.</summary>
    public List<string> Databases { get; init; } = [];

    /// <summary>Whether WAL is received for it. Without, only the ends of base backups can be restored.</summary>
    public bool ReceivesWal { get; init; } = true;
}

/// <summary>Where backups are kept.</summary>
public sealed class BackupStoreOptions
{
    /// <summary>
    /// A folder's path, or the address of an Azure Blob container,
    /// <c>https://ACCOUNT.blob.core.windows.net/CONTAINER</c>, which the service's own identity opens. Empty: nothing
    /// is backed up.
    /// </summary>
    public string Url { get; init; } = "";

    /// <summary>A storage account's connection string instead of an identity; for Azurite.</summary>
    public string ConnectionString { get; init; } = "";
}

/// <summary>Client-side encryption of what is stored. Keys are base64 of 32 bytes.</summary>
public sealed class BackupEncryptionOptions
{
    /// <summary>The id of the key that new objects are encrypted with; empty: they are not.</summary>
    public string ActiveKeyId { get; init; } = "";

    /// <summary>Key id → key. A key stays here while an object names it.</summary>
    public Dictionary<string, string> Keys { get; init; } = [];
}

/// <summary>The keys that the catalogue and the evidence are signed with (ECDSA, P-256).</summary>
public sealed class BackupSigningOptions
{
    /// <summary>The id of <see cref="Key"/>, which verifiers know it by.</summary>
    public string KeyId { get; init; } = "";

    /// <summary>The private key: base64 of PKCS #8.</summary>
    public string Key { get; init; } = "";

    /// <summary>
    /// Key id → public key, base64 of SubjectPublicKeyInfo: the retired ones, which old entries name.
    /// </summary>
    public Dictionary<string, string> PublicKeys { get; init; } = [];
}

/// <summary>How many backups are kept. A backup stays while any rule keeps it.</summary>
public sealed class RetentionOptions
{
    /// <summary>The newest ones.</summary>
    [Range(1, 10_000, ErrorMessage = "Backups:Retention:Last must be 1 to 10000")]
    public int Last { get; init; } = 3;

    /// <summary>The newest of each of so many days.</summary>
    [Range(0, 10_000, ErrorMessage = "Backups:Retention:Daily must be 0 to 10000")]
    public int Daily { get; init; } = 7;

    /// <summary>The newest of each of so many ISO weeks.</summary>
    [Range(0, 10_000, ErrorMessage = "Backups:Retention:Weekly must be 0 to 10000")]
    public int Weekly { get; init; } = 4;

    /// <summary>The newest of each of so many months.</summary>
    [Range(0, 10_000, ErrorMessage = "Backups:Retention:Monthly must be 0 to 10000")]
    public int Monthly { get; init; } = 12;

    /// <summary>
    /// For how many days any moment can be restored: bases and WAL that serve those are kept. Older bases can be
    /// restored to their own end only.
    /// </summary>
    [Range(0, 3650, ErrorMessage = "Backups:Retention:WindowDays must be 0 to 3650")]
    public int WindowDays { get; init; } = 7;
}

/// <summary>What is counted and hashed of the data with each backup.</summary>
public sealed class ManifestOptions
{
    /// <summary>Tables up to this size are hashed each time; larger ones in turn, one a backup.</summary>
    [Range(0, long.MaxValue, ErrorMessage = "Backups:Manifest:SmallTableBytes must not be negative")]
    public long SmallTableBytes { get; init; } = 32L * 1024 * 1024;

    /// <summary>How long writers may be held while a physical backup's tables are read, in milliseconds.</summary>
    [Range(1, 600_000, ErrorMessage = "Backups:Manifest:MaximumLockMilliseconds must be 1 to 600000")]
    public int MaximumLockMilliseconds { get; init; } = 5000;
}

/// <summary>What a restore test has to show.</summary>
public sealed class DrillOptions
{
    /// <summary>How much may be lost at most, in seconds.</summary>
    [Range(1, 2_678_400, ErrorMessage = "Backups:Drill:RpoTargetSeconds must be 1 to 2678400")]
    public int RpoTargetSeconds { get; init; } = 300;

    /// <summary>How long a restore may take at most, in seconds.</summary>
    [Range(1, 2_678_400, ErrorMessage = "Backups:Drill:RtoTargetSeconds must be 1 to 2678400")]
    public int RtoTargetSeconds { get; init; } = 3600;

    /// <summary>After how many hours without a passed test an alert is due.</summary>
    [Range(1, 8760, ErrorMessage = "Backups:Drill:MaximumAgeHours must be 1 to 8760")]
    public int MaximumAgeHours { get; init; } = 48;

    /// <summary>What a restore may take of the disk, in bytes; 0: as much as is free, less a tenth.</summary>
    [Range(0, long.MaxValue, ErrorMessage = "Backups:Drill:DiskBudgetBytes must not be negative")]
    public long DiskBudgetBytes { get; init; }

    /// <summary>
    /// What a test's programs may take of one processor, in percent; 0: whatever nobody else wants. For a machine that a
    /// live server is on too: the test, and so the RTO that it measures, takes longer by as much.
    /// </summary>
    [Range(0, 10_000, ErrorMessage = "Backups:Drill:CpuPercent must be 0 to 10000")]
    public int CpuPercent { get; init; }

    /// <summary>Name → SQL that must answer true on the restored database.</summary>
    public Dictionary<string, string> Assertions { get; init; } = [];

    /// <summary>Who is texted when a test fails or is missing: E.164 numbers of operators.</summary>
    public List<string> OperatorPhones { get; init; } = [];
}

/// <summary>Restore tests of Azure Database for PostgreSQL Flexible Server.</summary>
public sealed class AzureRestoreOptions
{
    /// <summary>The resource id of the server that is tested; empty: none.</summary>
    public string SourceServerId { get; init; } = "";

    /// <summary>Azure Resource Manager; only a simulator has another.</summary>
    public string ManagementUrl { get; init; } = "https://management.azure.com";

    /// <summary>What one test may cost at most, in US dollars, by <see cref="HourlyCost"/>.</summary>
    [Range(0, 100_000, ErrorMessage = "Backups:Azure:MaximumCost must be 0 to 100000")]
    public double MaximumCost { get; init; } = 10;

    /// <summary>What a server of the source's size costs an hour, in US dollars.</summary>
    [Range(0, 100_000, ErrorMessage = "Backups:Azure:HourlyCost must be 0 to 100000")]
    public double HourlyCost { get; init; } = 1;
}
