namespace RecoveryOS.Cli.LocalRuns;

/// <summary>The clone that this program was built in.</summary>
internal static class Installation
{
    /// <summary>The folder with the script: the first one upwards that has the solution.</summary>
    public static string Root { get; } = FindRoot(new DirectoryInfo(AppContext.BaseDirectory));

    /// <summary>The functions, published by the script as precompiled code.</summary>
    public static string Service => Path.Combine(Root, "artifacts", "service", "RecoveryOS.Functions.dll");

    /// <summary>This program itself.</summary>
    public static string Cli => Path.Combine(AppContext.BaseDirectory, "RecoveryOS.Cli.dll");

    /// <summary>The simulators of text providers, as the script builds them.</summary>
    public static string Simulator =>
        Path.Combine(Root, "artifacts", "bin", "TwilioSimulator", "release", "TwilioSimulator.dll");

    /// <summary>How a person who stands in this folder calls the script.</summary>
    public static string Script => Directory.GetCurrentDirectory() == Root
        ? "./recoveryos"
        : ShellWord(Path.Combine(Root, "recoveryos"));

    /// <summary>Quoted only where a shell needs it.</summary>
    public static string ShellWord(string text) =>
        text.All(letter => char.IsAsciiLetterOrDigit(letter) || "/._-".Contains(letter, StringComparison.Ordinal))
            ? text
            : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static string FindRoot(DirectoryInfo start)
    {
        for (var folder = start; folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RecoveryOS.sln")))
                return folder.FullName;
        }

        return start.FullName;
    }
}
