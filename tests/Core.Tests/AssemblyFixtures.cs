using System.Runtime.Versioning;
using RecoveryOS.Testing;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
[assembly: AssemblyFixture(typeof(PostgresFixture))]
[assembly: UnsupportedOSPlatform("windows")]
