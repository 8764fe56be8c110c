namespace RecoveryOS.Cli.LocalRuns;

/// <summary>The service's settings in a local run, as environment variables.</summary>
internal static class ServiceSettings
{
    /// <summary>Nobody listens there (RFC 863), so that texts wait.</summary>
    private static readonly Uri Nobody = new("http://127.0.0.1:9");

    /// <param name="simulators">Who takes texts; null: nobody, unless the environment names an account.</param>
    /// <param name="receivesWal">Whether the database's WAL can be received.</param>
    public static IReadOnlyDictionary<string, string> Create(
        LocalRun run, string url, string databaseUrl, SimulatorAddresses? simulators = null, bool receivesWal = true)
    {
        var encryption = EncryptionKeys.Ensure(run);
        PrivateFile.CreateFolder(run.SpoolFolder);
        Dictionary<string, string> settings = new()
        {
            ["ASPNETCORE_URLS"] = url,
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
            ["Database__Url"] = databaseUrl,
            ["Jwt__KeysUrl"] = SigningKey.PublicFile(run),
            ["Jwt__Issuer"] = LocalRun.Issuer,
            ["Jwt__Audience"] = LocalRun.Audience,
            ["Encryption__ActiveKeyId"] = encryption.ActiveKeyId,
            ["Encryption__LookupKey"] = encryption.LookupKey,
            ["Spool__Folder"] = run.SpoolFolder,
        };
        foreach (var (id, key) in encryption.Keys)
            settings[$"Encryption__Keys__{id}"] = key;

        BackupSettings.Add(settings, run, databaseUrl, receivesWal);
        if (!TwilioAccount.IsGiven)
            Simulate(settings, TwilioAccount.Ensure(run), simulators);
        // Twilio calls an address that the environment names, if one does.
        if (Environment.GetEnvironmentVariable("PublicBaseUrls__0") is null or "" || !TwilioAccount.IsGiven)
            settings["PublicBaseUrls__0"] = url;

        return settings;
    }

    private static void Simulate(
        Dictionary<string, string> settings, TwilioAccount account, SimulatorAddresses? simulators)
    {
        settings["Twilio__AccountSid"] = account.AccountSid;
        settings["Twilio__AuthToken"] = account.AuthToken;
        settings["Twilio__Numbers__0"] = account.Number;
        // Whatever the environment says of another account does not belong to this one.
        settings["Twilio__ApiKeySid"] = "";
        settings["Twilio__ApiKeySecret"] = "";
        settings["Twilio__MessagingServiceSid"] = "";
        settings["Twilio__ApiBaseUrl"] = (simulators?.Twilio ?? Nobody).ToString();
        settings["BackupSms__Endpoint"] = simulators?.Backup.ToString() ?? "";
        settings["BackupSms__From"] = TwilioAccount.BackupNumber;
    }
}
