namespace RecoveryOS.Cli.LocalRuns;

/// <summary>Where a local run's backups go: a store in its folder, unless the environment names another.</summary>
internal static class BackupSettings
{
    /// <summary>Whether the environment says where backups go, and then everything else of them too.</summary>
    public static bool IsGiven => Environment.GetEnvironmentVariable("Backups__Store__Url") is { Length: > 0 };

    public static void Add(Dictionary<string, string> settings, LocalRun run, string databaseUrl, bool receivesWal)
    {
        if (IsGiven)
            return;

        var keys = BackupKeys.Ensure(run);
        PrivateFile.CreateFolder(run.BackupStoreFolder);
        settings["Backups__Store__Url"] = run.BackupStoreFolder;
        settings["Backups__Folder"] = run.BackupFolder;
        settings["Backups__Targets__0__Name"] = "recoveryos";
        settings["Backups__Targets__0__Url"] = databaseUrl;
        settings["Backups__Targets__0__ReceivesWal"] = receivesWal ? "true" : "false";
        settings["Backups__Encryption__ActiveKeyId"] = keys.KeyId;
        settings[$"Backups__Encryption__Keys__{keys.KeyId}"] = keys.EncryptionKey;
        settings["Backups__Signing__KeyId"] = keys.KeyId;
        settings["Backups__Signing__Key"] = keys.SigningKey;
    }
}
