using System.Runtime.InteropServices;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>POSIX signals.</summary>
internal static class Signals
{
    public static void Send(int processId, int signal) => Assert.Equal(0, Kill(processId, signal));

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
