using RecoveryOS.EndToEnd.Tests.Service;

[assembly: AssemblyFixture(typeof(ServiceFixture))]
