using System.Runtime.Versioning;
using RecoveryOS.Testing;
using RecoveryOS.Testing.Specimens;

[assembly: AssemblyFixture(typeof(PostgresFixture))]
[assembly: AssemblyFixture(typeof(SpecimenFixture))]
[assembly: UnsupportedOSPlatform("windows")]
