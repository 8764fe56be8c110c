using RecoveryOS.Cli.LocalRuns;

namespace RecoveryOS.Cli.Tests.Script;

/// <summary>The script in a clone of its own, with a <c>dotnet</c> that only says what it was asked.</summary>
internal sealed class FakeClone : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>FAIL names what goes wrong: build, publish, format, test, or crash, which leaves no results.</summary>
    private const string Dotnet = """
        #!/usr/bin/env bash
        echo "$*" >> "$CALLS"
        case $1 in
            build) [[ $FAIL != build ]] ;;
            publish)
                [[ $FAIL != publish ]] || { echo "Program.cs(1,1): error CS5001"; exit 1; }
                while [[ $1 != -o ]]; do shift; done
                mkdir -p "$2"
                ;;
            format) [[ $FAIL != format ]] ;;
            test)
                [[ $FAIL != crash ]] || exit 134
                passed=2 failed=0
                [[ $FAIL != test ]] || passed=1 failed=1
                file=$(sed 's/.*LogFileName=\([^ ]*\).*/\1/' <<< "$*")
                counts="total=\"2\" executed=\"2\" passed=\"$passed\" failed=\"$failed\" error=\"0\""
                echo "<Results><Counters $counts /></Results>" > "artifacts/test-results/$file"
                [[ $FAIL != test ]]
                ;;
            *.dll) echo "cli: ${*:2}" ;;
        esac
        """;

    private readonly TemporaryFolder temporary = new();
    private readonly string calls;
    private readonly string programs;

    public FakeClone()
    {
        Root = Path.Combine(temporary.Path, "a clone");
        programs = Path.Combine(temporary.Path, "programs");
        calls = Path.Combine(temporary.Path, "calls");
        Write(Path.Combine(Root, "src", "Cli", "Program.cs"), "");
        Write(Path.Combine(Root, "src", "Functions", "Program.cs"), "");
        Write(Path.Combine(Root, "compat", "Twilio", "Twilio.cs"), "");
        Write(Path.Combine(Root, "tests", "One.Tests", "One.Tests.csproj"), "");
        Write(Path.Combine(Root, "global.json"), "{}");
        Write(Path.Combine(Root, "host.json"), "{}");
        Write(Path.Combine(programs, "dotnet"), Dotnet, Executable);
        Write(Path.Combine(programs, "postgres"), "#!/bin/sh\necho 'postgres (PostgreSQL) 17.1'\n", Executable);
        Write(Path.Combine(Root, "tests", "Testing", "Azurite", "install.sh"), "#!/bin/sh\n", Executable);
        File.Copy(Path.Combine(Installation.Root, "recoveryos"), Script);
        File.SetUnixFileMode(Script, Executable);
    }

    public string Root { get; }

    public string Script => Path.Combine(Root, "recoveryos");

    public string[] Builds => File.Exists(calls)
        ? [.. File.ReadAllLines(calls).Where(line => line.StartsWith("publish src/Cli ", StringComparison.Ordinal))]
        : [];

    public Task<CliProcess> RunAsync(string fail, params string[] arguments) => RunAsync(Script, fail, arguments);

    public Task<CliProcess> RunAsync(string script, string fail, string[] arguments) => CliProcess.RunAsync(
        "bash",
        new Dictionary<string, string>
        {
            ["PATH"] = $"{programs}:{Environment.GetEnvironmentVariable("PATH")}",
            ["CALLS"] = calls,
            ["FAIL"] = fail,
            ["CI"] = "true",
        },
        [script, .. arguments]);

    public void Dispose() => temporary.Dispose();

    private static void Write(
        string path, string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? "");
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, mode);
    }
}
