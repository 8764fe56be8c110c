using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;
using RecoveryOS.Core.Backups.Stores;
using RecoveryOS.Core.Database;

namespace RecoveryOS.Core.Backups.Drills.SelfTests;

/// <summary>The product's own services over a store and keys that only a self-test has.</summary>
internal static class SelfTestServices
{
    /// <summary>No configured server may be called so: nothing of a self-test is taken for a real server's.</summary>
    public const string Server = "self-test";

    private const string KeyId = "self-test";

    /// <summary>Settings with fresh keys, for all the copies of one self-test.</summary>
    public static BackupOptions Options(string store, string folder, string url, BackupOptions? like)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new BackupOptions
        {
            Targets = [new BackupTarget { Name = Server, Url = url }],
            Store = new BackupStoreOptions { Url = store },
            Folder = folder,
            Compression = "none",
            // What is tested here is old by design.
            Drill = new DrillOptions { RpoTargetSeconds = 86_400 },
            Encryption = like?.Encryption ?? new BackupEncryptionOptions
            {
                ActiveKeyId = KeyId,
                Keys = new() { [KeyId] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)) },
            },
            Signing = like?.Signing ?? new BackupSigningOptions
            {
                KeyId = KeyId,
                Key = Convert.ToBase64String(key.ExportPkcs8PrivateKey()),
            },
        };
    }

    public static ServiceProvider Of(BackupOptions options, NpgsqlDataSource dataSource, ILoggerFactory loggers) =>
        new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
            .AddBackups()
            .AddSingleton(loggers)
            .AddSingleton(typeof(ILogger<>), typeof(Logger<>))
            .AddSingleton(dataSource)
            .AddSingleton(TimeProvider.System)
            .AddSingleton(Microsoft.Extensions.Options.Options.Create(options))
            .AddSingleton(
                Microsoft.Extensions.Options.Options.Create(new DatabaseOptions { Url = options.Targets[0].Url }))
            .AddSingleton<IBackupStore>(new FolderStore(options.Store.Url, TimeProvider.System))
            .BuildServiceProvider();
}
