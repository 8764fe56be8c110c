namespace RecoveryOS.Cli.LocalRuns;

/// <summary>The service's settings in a local run, as environment variables.</summary>
internal static class ServiceSettings
{
    public static IReadOnlyDictionary<string, string> Create(LocalRun run, string url, string databaseUrl)
    {
        var encryption = EncryptionKeys.Ensure(run);
        var twilio = TwilioAccount.Ensure(run);
        PrivateFile.CreateFolder(run.SpoolFolder);
        Dictionary<string, string> settings = new()
        {
            ["ASPNETCORE_URLS"] = url,
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["AZURE_FUNCTIONS_ENVIRONMENT"] = "Development",
            ["PublicBaseUrls__0"] = url,
            ["Database__Url"] = databaseUrl,
            ["Jwt__KeysUrl"] = SigningKey.PublicFile(run),
            ["Jwt__Issuer"] = LocalRun.Issuer,
            ["Jwt__Audience"] = LocalRun.Audience,
            ["Encryption__ActiveKeyId"] = encryption.ActiveKeyId,
            ["Encryption__LookupKey"] = encryption.LookupKey,
            ["Twilio__AccountSid"] = twilio.AccountSid,
            ["Twilio__AuthToken"] = twilio.AuthToken,
            ["Twilio__Numbers__0"] = twilio.Number,
            ["Spool__Folder"] = run.SpoolFolder,
        };
        foreach (var (id, key) in encryption.Keys)
            settings[$"Encryption__Keys__{id}"] = key;

        return settings;
    }
}
