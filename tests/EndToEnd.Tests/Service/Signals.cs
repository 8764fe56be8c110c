using System.Runtime.InteropServices;

namespace RecoveryOS.EndToEnd.Tests.Service;

/// <summary>POSIX signals.</summary>
internal static class Signals
{
    private const int NoSuchProcess = 3;

    /// <summary>To a process that has just ended, it is no error: nobody is left to take it.</summary>
    public static void Send(int processId, int signal) => Assert.True(
        Kill(processId, signal) == 0 || Marshal.GetLastPInvokeError() == NoSuchProcess,
        $"kill -{signal} {processId} failed");

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int processId, int signal);
}
