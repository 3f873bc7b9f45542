// Package v1alpha2 stands in for the package of Kubernetes that containerd's snapshotter library takes one
// type from, and that no Debian package has. Nothing here uses the type.
package v1alpha2

// AuthConfig has the fields that the library reads.
type AuthConfig struct {
	Username      string
	Password      string
	Auth          string
	ServerAddress string
	IdentityToken string
	RegistryToken string
}
